import type { CasePriority, CaseView } from '../../cases/views.ts'
import type { Correction } from '../api/case-commands.ts'

/** What is in the form while somebody says that a case is about something else. */
export interface CorrectionInput {
  readonly category: string
  readonly priority: CasePriority
  /** Null: as it is. */
  readonly asset: { readonly id: string; readonly name: string } | null
}

export const casePriorities: readonly CasePriority[] = ['urgent', 'normal', 'low']

/** The changes alone, because each asks the routes anew; undefined when there are none. */
export function correctionOf(
  seen: Pick<CaseView, 'category' | 'priority' | 'asset' | 'version'>,
  { category, priority, asset }: CorrectionInput,
): Correction | undefined {
  const changes = {
    ...(category !== '' && category !== seen.category.id && { category }),
    ...(priority !== seen.priority && { priority }),
    ...(asset !== null && asset.id !== seen.asset?.id && { asset: asset.id }),
  }
  if (Object.keys(changes).length === 0) return undefined
  return { version: seen.version, ...changes }
}
