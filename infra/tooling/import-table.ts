// Decides who may know whom: the import table of the architecture, with the reason for each ban.

import { posix } from 'node:path'

/** A package of the workspace: its folder from the repository's top, and what its package.json declares. */
export type WorkspacePackage = {
  readonly name: string
  readonly folder: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

/** One import to be judged: the importing file's path from the repository's top, and the specifier as written. */
export type Edge = { readonly file: string; readonly specifier: string }

/** A place in the house: a package, and inside core the folder that the table speaks of. */
type Zone = { readonly pack: WorkspacePackage; readonly part: string }

const reasons = {
  core: 'core imports nothing outside core: no dependency, no I/O, no clock, so that a replay, a backtest and the live run are the same computation',
  domain: 'core/domain imports nothing: it is the vocabulary that everyone shares, the console included',
  corePart:
    'inside core, rules, alarms, broadcasts and ports know only domain: two pure steps that do not know each other, joined by core/engine alone',
  coreFolder: 'core has the folders domain, rules, alarms, broadcasts, ports and engine, and nothing beside them',
  foundation: 'wire, config and rulepacks import core only: they are used by every stage and must drag none along',
  adapterCore:
    'adapters know only core/domain and core/ports: what they store or send is handed to them, so an engine can be exchanged in one folder',
  adapterCodec:
    'adapters learn no format and no setting: codecs and options are handed in by the composition, so the log adapter never learns what a reading is',
  adapterAdapter: 'adapters never import each other: each is exchanged alone, and the composition joins them',
  testkit: 'testkit imports core, wire and config: anything more and the suites would depend on what they test',
  testkitInProduction: 'testkit is for tests: nothing that runs in production may need it',
  testFile: 'it serves tests alone, and this file runs in production',
  service:
    'a service never imports another service: stages meet only in the log, so that each can be a process of its own (standalone and cli compose them)',
  simulatorsInProduction:
    'nothing imports the simulators: they are processes of their own and reach Tocsin through MQTT and HTTP, as real devices do',
  screen:
    'the console knows only core/domain and wire: what an officer sees comes over the feed, never from a stage behind it',
  simulators:
    'simulators know only core/domain and wire: they speak the published contract, as a stranger’s device would',
  relative: 'a relative import may not leave its package: across packages import by name, so that the table can see it',
  undeclared:
    'the package.json does not declare it: it would resolve by luck, and licences and audits would not see it',
  development: 'only a devDependency, and this file runs in production',
  bare: 'packages have no barrel: import the file by its subpath, as in @tocsin/core/domain/severity.ts',
  tests: 'test/ is the top of the house: nothing imports it',
} as const

const composers: Readonly<Record<string, readonly string[]>> = {
  'services/standalone': [
    'services/ingest',
    'services/worker',
    'services/gateway',
    'services/broadcast',
    'services/registry',
  ],
  'services/cli': ['services/standalone', 'services/worker', 'services/registry'],
}

/** Why this import is not allowed, or undefined when it is. A workspace is given by all its packages. */
export function judge({ file, specifier }: Edge, workspace: readonly WorkspacePackage[]): string | undefined {
  const from = zoneOf(file, workspace)
  if (from === undefined) return undefined
  const isTest = isTestFile(file)
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(file), specifier)
    const target = zoneOf(path, workspace)
    if (target?.pack !== from.pack) return reasons.relative
    if (!isTest && isTestFile(path)) return reasons.testFile
    return judgeZones(from, target, isTest)
  }
  const pack = workspace.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`))
  if (pack === undefined) return judgeOutside(from, specifier, isTest)
  if (specifier === pack.name) return reasons.bare
  const subpath = specifier.slice(pack.name.length + 1)
  const path = `${pack.folder}/src/${subpath}`
  const target = zoneOf(path, workspace)
  if (!isTest && isTestFile(path)) return reasons.testFile
  return judgeZones(from, target ?? { pack, part: '' }, isTest) ?? judgeDeclared(from, pack.name, isTest)
}

/** Whether a file serves tests alone: under test/, a test beside the code, or what such tests share. */
export function isTestFile(file: string): boolean {
  return file.startsWith('test/') || /\.test(?:-support)?\.tsx?$|\/testing(?:\.tsx?$|\/)/.test(file)
}

function judgeZones(from: Zone, to: Zone, isTest: boolean): string | undefined {
  const target = to.pack.folder
  if (target === 'packages/core' && !coreParts.has(to.part)) return reasons.coreFolder
  if (isTest) return undefined
  if (from.pack === to.pack) return target === 'packages/core' ? judgeInsideCore(from.part, to.part) : undefined
  if (target === 'test') return reasons.tests
  if (target === 'packages/testkit') return reasons.testkitInProduction
  if (target === 'simulators') return reasons.simulatorsInProduction
  return judgePackages(from, to)
}

function judgePackages(from: Zone, to: Zone): string | undefined {
  const { folder } = from.pack
  const target = to.pack.folder
  const isCore = target === 'packages/core'
  const isShared = (isCore && to.part === 'domain') || target === 'packages/wire'
  if (folder === 'packages/core') return reasons.core
  if (['packages/wire', 'packages/config', 'packages/rulepacks'].includes(folder)) {
    return isCore ? undefined : reasons.foundation
  }
  if (folder.startsWith('packages/adapters/')) return judgeAdapter(to)
  if (folder === 'packages/testkit') {
    return isCore || target === 'packages/wire' || target === 'packages/config' ? undefined : reasons.testkit
  }
  if (folder === 'services/console') return isShared ? undefined : reasons.screen
  if (folder === 'simulators') return isShared ? undefined : reasons.simulators
  if (target.startsWith('services/') && composers[folder]?.includes(target) !== true) return reasons.service
  return undefined
}

function judgeAdapter(to: Zone): string | undefined {
  const target = to.pack.folder
  if (target.startsWith('packages/adapters/')) return reasons.adapterAdapter
  if (target !== 'packages/core') return reasons.adapterCodec
  return to.part === 'domain' || to.part === 'ports' ? undefined : reasons.adapterCore
}

const coreParts = new Set(['domain', 'rules', 'alarms', 'broadcasts', 'ports', 'engine'])

function judgeInsideCore(from: string, to: string): string | undefined {
  if (from === 'engine' || from === to) return undefined
  if (from === 'domain') return reasons.domain
  return to === 'domain' ? undefined : reasons.corePart
}

function judgeOutside(from: Zone, specifier: string, isTest: boolean): string | undefined {
  if (!isTest && from.pack.folder === 'packages/core') return reasons.core
  if (specifier.startsWith('node:')) {
    return !isTest && from.pack.folder === 'services/console' && from.part !== '' ? reasons.screen : undefined
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  // Every test file uses vitest, which the root declares once for the packages that have tests only beside their code.
  if (isTest && name === 'vitest') return undefined
  return judgeDeclared(from, name, isTest || from.part === '')
}

function judgeDeclared(from: Zone, name: string, mayUseDevelopment: boolean): string | undefined {
  if (from.pack.dependencies.includes(name)) return undefined
  if (name === from.pack.name) return undefined
  if (!from.pack.devDependencies.includes(name)) return reasons.undeclared
  return mayUseDevelopment ? undefined : reasons.development
}

/** The zone of a file; `part` is the first folder below src/ (or the file itself there), '' for files beside src/. */
function zoneOf(path: string, workspace: readonly WorkspacePackage[]): Zone | undefined {
  const pack = workspace
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0]
  if (pack === undefined) return undefined
  const [src, part] = path.slice(pack.folder.length + 1).split('/')
  return { pack, part: src === 'src' && part !== undefined ? part : '' }
}
