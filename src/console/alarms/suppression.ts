import type { AlarmView } from '../../alarms/views.ts'

type Reason = Pick<AlarmView['suppression'][number], 'kind'>

/** Is there more in the words of whoever gave the reason? Rules and topology give words for programs. */
export function saysItself({ kind }: Reason): boolean {
  return (
    kind === 'shelved' ||
    kind === 'shelvedOnce' ||
    kind === 'outOfService' ||
    kind === 'maintenance'
  )
}
