import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Vitest leaves one core idle by default; of two that is half. Most of what takes long here waits for processes.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.slow.test.ts'],
          globalSetup: 'test/support/compile-cache.ts',
          // None should take a tenth of it; on a machine with other work they do.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          // One more than a small machine has cores: much of the time a worker waits for processes that it has started.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
    ],
  },
})
