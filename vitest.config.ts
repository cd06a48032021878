// Decides which tests are fast (beside the code) and which are slow (under test/), and how much of the machine each takes.

import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['{packages,services,simulators,infra}/**/*.test.{ts,tsx}'],
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
          name: 'slow',
          include: ['test/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Slow suites start real processes, brokers and a browser: one file at a time, so that what they measure is
          // theirs, and only after the fast ones.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    teardownTimeout: 10_000,
  },
})
