import { defineConfig } from 'vitest/config'
import { clientPlugins } from './vite.config.ts'

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './tests/support/plain-reporter.ts'],
    projects: [
      {
        test: {
          name: 'engine',
          environment: 'node',
          include: ['tests/architecture.test.ts', 'tests/workflows/**/*.test.ts', 'tests/histories/*.test.ts'],
          pool: 'threads',
        },
      },
      {
        test: {
          name: 'server',
          environment: 'node',
          include: ['tests/server/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 30_000,
          globalSetup: './tests/support/mongodb.ts',
        },
      },
      {
        plugins: clientPlugins(),
        test: {
          name: 'client',
          environment: 'happy-dom',
          include: ['tests/client/**/*.test.ts'],
          server: { deps: { inline: ['element-plus'] } },
        },
      },
      {
        test: {
          name: 'reliability',
          environment: 'node',
          include: ['tests/reliability/**/*.test.ts'],
          pool: 'forks',
          globalSetup: './tests/support/mongodb.ts',
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'journeys',
          environment: 'node',
          include: ['tests/journeys/**/*.test.ts'],
          pool: 'forks',
          globalSetup: './tests/support/mongodb.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
