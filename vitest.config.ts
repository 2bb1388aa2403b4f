import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/whole-run.ts'],
    setupFiles: ['test/support/keep-compiled.ts'],
    // Scenario, crash and browser suites start real processes; two at a time is what two cores carry.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // They guard against hanging, and say nothing about speed: a busy machine is three times slower.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // Node runs the files as they are, as it runs the program: faster, and the same as outside.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
})
