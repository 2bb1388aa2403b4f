import type { LeafBlock } from './leaf.ts'

/** What a leaf is that hears no points and remembers nothing: every judgement follows from the time. */
export const byClockAlone: Omit<LeafBlock, 'judge' | 'due' | 'figures'> = {
  take: nothing,
  lose: nothing,
  known: () => Infinity,
  level: () => 1,
  copy: nothing,
  clear: nothing,
  save: () => null,
  load: (_row, saved) => {
    if (saved !== null) throw new Error('a condition by the clock remembers nothing')
  },
}

function nothing(): void {}
