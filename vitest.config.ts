import { defineConfig } from 'vitest/config'
import { LongestFirst, whole } from './test/support/longest-first.ts'

const ofWhole = whole.map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
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
    projects: [
      { extends: true, test: { name: 'whole', include: ofWhole } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ofWhole,
          // One process for many files: loading the program for each takes longer than most tests. No
          // file keeps anything where the next one would find it.
          isolate: false,
        },
      },
    ],
  },
})
