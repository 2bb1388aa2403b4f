import type { CaseView } from '../../cases/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { useNow } from '../parts/use-now.ts'
import { deadlineOf } from './deadline.ts'

const AGE_MS = 30_000

/** The next deadline, and how long it is until then or since. Words say what is late, not only colour. */
export function Due({ item }: { readonly item: Pick<CaseView, 'dueAt' | 'closedAt'> }) {
  const { caseList, common } = useMessages()
  const format = useFormat()
  const now = useNow(AGE_MS)
  const deadline = deadlineOf(item, now)
  if (item.dueAt === null || deadline === undefined) return common.none
  const span = format.span(deadline.spanMs)
  const isOver = deadline.kind === 'over'
  return (
    <time
      dateTime={item.dueAt}
      className={isOver ? 'number since is-over' : 'number since'}
    >
      <span>{format.moment(new Date(item.dueAt), now)}</span>
      <small>{isOver ? caseList.over(span) : caseList.left(span)}</small>
    </time>
  )
}
