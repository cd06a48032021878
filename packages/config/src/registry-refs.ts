/** What entries of a registry say of each other: whether what they refer to exists, and what stands twice. */

import { TOCSIN_SITE } from '@tocsin/core/domain/ids.ts'
import { duplicates, type Item } from './files.ts'
import { didYouMean, type Path, type Problem, shown } from './problems.ts'
import type { RegistryEntries, SiteEntry } from './registry-read.ts'

/** Every broken reference and every id, code or tag that stands twice. */
export function referenceProblems(entries: RegistryEntries): Problem[] {
  const { areas, enterprises, sites, platforms, policy, broken } = entries
  const known = {
    areas: new Set([...areas.map(({ value }) => value.code), ...broken]),
    enterprises: new Set([...enterprises.map(({ value }) => value.id), ...broken]),
    sites: new Set([...sites.map(({ site }) => site.value.id), ...broken]),
  }
  const shells = sites.map(({ site }) => site)
  return [
    ...duplicates(areas, (area) => area.code, 'code'),
    ...duplicates(enterprises, (enterprise) => enterprise.id, 'id'),
    ...duplicates(shells, (site) => site.id, 'id'),
    ...duplicates(platforms, (platform) => platform.id, 'id'),
    ...duplicates(
      sites.flatMap(({ sensors }) => sensors),
      (sensor) => sensor.id,
      'id',
    ),
    ...enterprises.flatMap((item) =>
      unknown(item, ['area'], { name: item.value.area, known: known.areas, what: 'area' }),
    ),
    ...sites.flatMap((entry) => siteReferences(entry, known)),
    ...sharedGateways(shells),
    ...platforms.flatMap((item) =>
      item.value.areas.flatMap((prefix, index) =>
        [...known.areas].some((code) => code.startsWith(prefix))
          ? []
          : [
              item.file.problem([...item.path, 'areas', index], {
                expected: 'the beginning of a known area code',
                found: shown(prefix),
              }),
            ],
      ),
    ),
    ...policy.flatMap((item) =>
      item.value.site === undefined
        ? []
        : unknown(item, ['site'], { name: item.value.site, known: known.sites, what: 'site' }),
    ),
  ]
}

interface Known {
  readonly areas: ReadonlySet<string>
  readonly enterprises: ReadonlySet<string>
}

function siteReferences({ site, sensors }: SiteEntry, known: Known): Problem[] {
  const { value, file, path } = site
  const inner = <T>(list: readonly T[], field: string): Item<T>[] =>
    list.map((entry, index) => ({ value: entry, file, path: [...path, field, index] }))
  const gateways = new Set(value.gateways.map(({ id }) => id))
  const groups = new Set(value.groups.map(({ id }) => id))
  return [
    ...reserved(site),
    ...unknown(site, ['area'], { name: value.area, known: known.areas, what: 'area' }),
    ...unknown(site, ['enterprise'], { name: value.enterprise, known: known.enterprises, what: 'enterprise' }),
    ...value.villages.flatMap((village, index) =>
      unknown(site, ['villages', index, 'area'], { name: village.area, known: known.areas, what: 'area' }),
    ),
    ...duplicates(inner(value.gateways, 'gateways'), ({ id }) => id, 'id'),
    ...duplicates(inner(value.groups, 'groups'), ({ id }) => id, 'id'),
    ...duplicates(inner(value.villages, 'villages'), ({ area }) => area, 'area'),
    ...duplicates(sensors, ({ tag }) => tag, 'tag'),
    ...sensors.flatMap((sensor) => [
      ...unknown(sensor, ['gateway'], {
        name: sensor.value.gateway,
        known: gateways,
        what: 'sensor gateway of the site',
      }),
      ...(sensor.value.group === ''
        ? []
        : unknown(sensor, ['group'], { name: sensor.value.group, known: groups, what: 'group of the site' })),
    ]),
  ]
}

/** Ids that mean something else: Tocsin's own site, and words that stand in a topic where a site does (docs/wire.md). */
const reservedIds: Readonly<Record<string, string>> = {
  [TOCSIN_SITE]: 'another id, this one is Tocsin itself',
  status: 'another id, this one is a word of the MQTT topics',
  errors: 'another id, this one is a word of the MQTT topics',
}

function reserved({ value, file, path }: SiteEntry['site']): Problem[] {
  const expected = reservedIds[value.id]
  return expected === undefined ? [] : [file.problem([...path, 'id'], { expected, found: shown(value.id) })]
}

interface Reference {
  readonly name: string
  readonly known: ReadonlySet<string>
  readonly what: string
}

function unknown<T>({ file, path }: Item<T>, field: Path, { name, known, what }: Reference): Problem[] {
  if (known.has(name)) return []
  return [
    file.problem([...path, ...field], { expected: `a known ${what}`, found: `"${name}"${didYouMean(name, known)}` }),
  ]
}

/** A sensor gateway may serve several sites, but of one enterprise: its login decides what it may publish (P10). */
function sharedGateways(sites: readonly Item<SiteEntry['site']['value']>[]): Problem[] {
  const owner = new Map<string, string>()
  return sites.flatMap(({ value, file, path }) =>
    value.gateways.flatMap(({ id }, index) => {
      const first = owner.get(id) ?? value.enterprise
      owner.set(id, first)
      if (first === value.enterprise) return []
      const found = `"${id}", a sensor gateway of enterprise "${first}"`
      return [
        file.problem([...path, 'gateways', index, 'id'], {
          expected: `a sensor gateway of enterprise "${value.enterprise}"`,
          found,
        }),
      ]
    }),
  )
}
