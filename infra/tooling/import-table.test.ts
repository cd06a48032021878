import { expect, test } from 'vitest'
import { judge } from './import-table.ts'
import type { WorkspacePackage } from './import-table.ts'

const names: Readonly<Record<string, string>> = {
  'packages/core': '@tocsin/core',
  'packages/wire': '@tocsin/wire',
  'packages/config': '@tocsin/config',
  'packages/rulepacks': '@tocsin/rulepacks',
  'packages/testkit': '@tocsin/testkit',
  'packages/adapters/sqlite': '@tocsin/adapter-sqlite',
  'packages/adapters/mqtt': '@tocsin/adapter-mqtt',
  'services/standalone': '@tocsin/standalone',
  'services/gateway': '@tocsin/gateway',
  'services/worker': '@tocsin/worker',
  'services/cli': '@tocsin/cli',
  'services/console': '@tocsin/console',
  simulators: '@tocsin/simulators',
  test: '@tocsin/test',
}

// Every package declares everything, so that only the table speaks.
const everything = [...Object.values(names), 'zod', 'aedes']
const workspace: readonly WorkspacePackage[] = Object.entries(names).map(([folder, name]) => ({
  name,
  folder,
  dependencies: folder === 'packages/core' ? [] : everything,
  devDependencies: ['fast-check', '@tocsin/testkit'],
}))

test.each([
  ['packages/core/src/rules/rate.ts', '../domain/reading.ts'],
  ['packages/core/src/engine/step.ts', '../alarms/step.ts'],
  ['packages/core/src/engine/step.test.ts', 'node:fs'],
  ['packages/core/src/engine/step.test.ts', '@tocsin/testkit/builders.ts'],
  ['packages/core/src/engine/step.test.ts', 'fast-check'],
  ['packages/wire/src/reading-v1.ts', '@tocsin/core/engine/step.ts'],
  ['packages/wire/src/reading-v1.ts', 'zod'],
  ['packages/adapters/mqtt/src/intake.ts', '@tocsin/core/ports/event-log.ts'],
  ['packages/adapters/mqtt/src/intake.ts', 'aedes'],
  ['packages/testkit/src/contracts/event-log.ts', '@tocsin/core/ports/event-log.ts'],
  ['services/gateway/src/compose.ts', '@tocsin/adapter-sqlite/event-log.ts'],
  ['services/standalone/src/compose.ts', '@tocsin/gateway/compose.ts'],
  ['services/cli/src/replay.ts', '@tocsin/worker/replay.ts'],
  ['services/console/src/app.tsx', '@tocsin/wire/feed-v1.ts'],
  ['services/console/vite.config.ts', 'node:path'],
  ['simulators/src/main.ts', '@tocsin/core/domain/severity.ts'],
  ['test/e2e/demo.test.ts', '@tocsin/simulators/fleet/main.ts'],
  ['infra/tooling/check.ts', './sources.ts'],
])('%s may import %s', (file, specifier) => {
  expect(judge({ file, specifier }, workspace)).toBeUndefined()
})

test.each([
  ['packages/core/src/engine/step.ts', 'node:fs', 'core imports nothing outside core'],
  ['packages/core/src/engine/step.ts', 'zod', 'core imports nothing outside core'],
  ['packages/core/src/engine/step.ts', '@tocsin/wire/feed-v1.ts', 'core imports nothing outside core'],
  ['packages/core/src/domain/site.ts', '../ports/event-log.ts', 'core/domain imports nothing'],
  ['packages/core/src/rules/rate.ts', '../alarms/step.ts', 'know only domain'],
  ['packages/core/src/rules/rate.ts', '@tocsin/core/engine/step.ts', 'know only domain'],
  ['packages/core/src/engine/step.ts', '../helpers/list.ts', 'core has the folders'],
  ['packages/wire/src/reading-v1.ts', '@tocsin/config/load.ts', 'import core only'],
  ['packages/adapters/sqlite/src/log.ts', '@tocsin/adapter-mqtt/intake.ts', 'adapters never import each other'],
  ['packages/adapters/sqlite/src/log.ts', '@tocsin/core/engine/step.ts', 'adapters know only core/domain'],
  ['packages/adapters/sqlite/src/log.ts', '@tocsin/wire/reading-v1.ts', 'codecs and options are handed in'],
  ['packages/testkit/src/builders.ts', '@tocsin/adapter-sqlite/log.ts', 'testkit imports core, wire and config'],
  ['services/gateway/src/compose.ts', '@tocsin/worker/compose.ts', 'a service never imports another service'],
  ['services/cli/src/main.ts', '@tocsin/gateway/compose.ts', 'a service never imports another service'],
  ['services/standalone/src/compose.ts', '@tocsin/simulators/fleet/fleet.ts', 'nothing imports the simulators'],
  ['services/gateway/src/compose.ts', '@tocsin/testkit/clock.ts', 'testkit is for tests'],
  ['services/gateway/src/compose.ts', './testing/harness.ts', 'serves tests alone'],
  ['services/console/src/app.tsx', '@tocsin/core/engine/step.ts', 'the console knows only'],
  ['services/console/src/app.tsx', '@tocsin/gateway/roles.ts', 'the console knows only'],
  ['services/console/src/app.tsx', 'node:path', 'the console knows only'],
  ['simulators/src/main.ts', '@tocsin/config/registry.ts', 'simulators know only'],
  ['packages/wire/src/reading-v1.ts', '../../core/src/domain/site.ts', 'may not leave its package'],
  ['packages/wire/src/reading-v1.ts', '../../../vitest.config.ts', 'may not leave its package'],
  ['packages/wire/src/reading-v1.ts', '@tocsin/core', 'packages have no barrel'],
  ['packages/wire/src/reading-v1.ts', 'yaml', 'does not declare it'],
  ['packages/wire/src/reading-v1.ts', 'fast-check', 'only a devDependency'],
])('%s may not import %s: %s', (file, specifier, reason) => {
  expect(judge({ file, specifier }, workspace)).toContain(reason)
})
