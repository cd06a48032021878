/** Reads all files of a registry into located entries, each judged by itself. */

import type { Area, Enterprise, BroadcastPolicyRule, LoudspeakerPlatform } from '@tocsin/core/domain/site.ts'
import type { z } from 'zod'
import { type Item, readItems, yamlFiles } from './files.ts'
import type { Path, Problem } from './problems.ts'
import {
  areaFile,
  enterpriseFile,
  platformFile,
  policyFile,
  registryShell,
  type SensorFile,
  sensorFile,
  siteShell,
  type SiteShell,
} from './registry-schema.ts'
import { readYaml, validate, type YamlFile } from './yaml.ts'

export interface SiteEntry {
  readonly site: Item<SiteShell>
  readonly sensors: readonly Item<SensorFile>[]
}

/** Everything that is right in itself, and what is not. */
export interface RegistryEntries {
  readonly areas: readonly Item<Area>[]
  readonly enterprises: readonly Item<Enterprise>[]
  readonly sites: readonly SiteEntry[]
  readonly platforms: readonly Item<LoudspeakerPlatform>[]
  readonly policy: readonly Item<BroadcastPolicyRule>[]
  readonly problems: readonly Problem[]
  /** Ids and codes of entries that are wrong in themselves. */
  readonly broken: ReadonlySet<string>
}

/** Reads the *.yaml files of the folder. */
export function readEntries(folder: string): RegistryEntries {
  const { files, problems: unreadable } = yamlFiles(folder)
  const problems: Problem[] = [...unreadable]
  const broken = new Set<string>()
  const shells: { readonly file: YamlFile; readonly value: z.infer<typeof registryShell> }[] = []
  for (const name of files) {
    const yaml = readYaml(name)
    const shell = yaml.ok ? validate(registryShell, yaml.value.value ?? {}, { file: yaml.value, path: [] }) : yaml
    if (yaml.ok && shell.ok) shells.push({ file: yaml.value, value: shell.value })
    else if (!shell.ok) problems.push(...shell.problems)
  }
  const each = <T>(
    schema: z.ZodType<T>,
    list: readonly unknown[],
    at: { file: YamlFile; path: Path },
  ): readonly Item<T>[] => {
    const read = readItems(schema, list, at)
    problems.push(...read.problems)
    for (const id of read.broken) broken.add(id)
    return read.items
  }
  const all = <T>(schema: z.ZodType<T>, section: keyof z.infer<typeof registryShell>): readonly Item<T>[] =>
    shells.flatMap(({ file, value }) => each(schema, value[section], { file, path: [section] }))
  return {
    areas: all(areaFile, 'areas'),
    enterprises: all(enterpriseFile, 'enterprises'),
    sites: all(siteShell, 'sites').map((site) => ({
      site,
      sensors: each(sensorFile, site.value.sensors, { file: site.file, path: [...site.path, 'sensors'] }),
    })),
    platforms: all(platformFile, 'platforms'),
    policy: all(policyFile, 'policy'),
    problems,
    broken,
  }
}
