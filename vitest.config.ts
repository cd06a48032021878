// Decides which tests are fast, which start whole stages, which are slow, and how much of the machine each may take.

import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const beside = '{packages,services,simulators,infra}/**/*.test.{ts,tsx}'

// Beside the code too, but with real disks, processes and sockets: seconds each, so `test:fast` leaves them out.
const stages = ['packages/adapters/**/*.test.ts', 'services/worker/**/*.test.ts', '**/{main,compose}.test.ts']
const nowhere = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          // Starting a process per file costs more than these tests do; they share no state to be kept apart.
          isolate: false,
          include: [beside],
          exclude: [...nowhere, ...stages],
          testTimeout: 20_000,
          hookTimeout: 20_000,
          maxWorkers: availableParallelism(),
          // Not 0: vitest moves a group of that number to the end when it has but one worker.
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'stages',
          include: stages,
          exclude: [...nowhere, 'test/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.test.ts'],
          exclude: nowhere,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Slow suites start real processes, brokers and a browser: one file at a time, so that what they measure is
          // theirs, and only after the others.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
    teardownTimeout: 10_000,
  },
})
