import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders where whole programs are started, killed and looked at: files of minutes among files of seconds. */
export const whole = [
  'scenario',
  'contract',
  'browser',
  'adapters',
  'cli',
  'upgrade',
  'backup',
  'database',
  'docs',
] as const

/**
 * Begins with the files that take longest, so that at the end no worker waits for the last of them.
 * Vitest does so by itself only where an earlier run left its times behind.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- Vitest's own order, not an array's
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = whole.findIndex((folder) => moduleId.includes(`/test/${folder}/`))
  return at === -1 ? whole.length : at
}
