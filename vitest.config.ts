import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Scenario, crash and browser suites start real processes; two at a time is what two cores carry.
    pool: 'forks',
    maxWorkers: 2,
    // They guard against hanging, and say nothing about speed: a busy machine is three times slower.
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
})
