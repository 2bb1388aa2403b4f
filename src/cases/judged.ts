import type { ClosingReason } from './views.ts'

/** Endings that people are not asked about: they know, or it was not for them to judge. */
const notAsked: ReadonlySet<string> = new Set<ClosingReason>([
  'duplicate',
  'withdrawn',
  'expired',
])

/** Are those who follow a case asked how it ended, when it was closed with this reason? */
export function isJudged(reason: string | null): boolean {
  return reason !== null && !notAsked.has(reason)
}
