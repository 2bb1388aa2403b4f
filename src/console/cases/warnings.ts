import type { WordsWarning } from '../../cases/views.ts'
import type { RefusalDetails } from '../api/refusal.ts'

const kinds: readonly WordsWarning['kind'][] = [
  'email',
  'phone',
  'personal_number',
  'number_plate',
]

/** What of the words that were sent is to be looked at again, if that is why they were refused. */
export function warningsOf({ facts }: RefusalDetails): readonly WordsWarning[] {
  const warnings: unknown = facts?.['warnings']
  return Array.isArray(warnings) ? warnings.flatMap(warningIn) : []
}

function warningIn(item: unknown): readonly WordsWarning[] {
  if (typeof item !== 'object' || item === null) return []
  if (!('kind' in item && 'start' in item && 'end' in item)) return []
  const { kind, start, end } = item
  const known = kinds.find((one) => one === kind)
  const isSpan = typeof start === 'number' && typeof end === 'number'
  return known !== undefined && isSpan ? [{ kind: known, start, end }] : []
}
