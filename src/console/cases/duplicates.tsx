import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { CaseDetailView, DuplicateView } from '../../cases/views.ts'
import { mergeCase } from '../api/case-commands.ts'
import { duplicatesQuery } from '../api/case-queries.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Since } from '../parts/moment.tsx'
import { CaseStateText } from './case-table.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'

interface DuplicatesProps {
  readonly item: CaseDetailView
  readonly mayMerge: boolean
}

/** Open cases nearby that may be the same, to be put together by whoever sees that they are. */
export function Duplicates({ item, mayMerge }: DuplicatesProps) {
  const { cases, handling, common, alarms } = useMessages()
  const { data = [] } = useQuery(duplicatesQuery(item.id))
  const merging = useMergingOf(item)
  if (data.length === 0 && merging.error === null) return undefined
  return (
    <section aria-labelledby="duplicates">
      <h2 id="duplicates">{handling.duplicates}</h2>
      {merging.error !== null && (
        <MoveRefused refusal={asRefusal(merging.error)} onClose={() => merging.reset()} />
      )}
      <table className="folds">
        <caption>{handling.duplicatesHint}</caption>
        <thead>
          <tr>
            <th scope="col">{common.number}</th>
            <th scope="col">{cases.category}</th>
            <th scope="col">{cases.state}</th>
            <th scope="col">{handling.distance}</th>
            <th scope="col">{cases.opened}</th>
            {mayMerge && (
              <th scope="col" className="cell-action">
                {alarms.action}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {data.map((one) => (
            <tr key={one.case.id}>
              <DuplicateCells found={one} />
              {mayMerge && (
                <td className="cell-action">
                  <MergeButtons item={item} found={one} merging={merging} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function DuplicateCells({
  found: { case: other, metres },
}: {
  readonly found: DuplicateView
}) {
  const { language, messages } = useSpoken()
  const { cases, handling } = messages
  const format = useFormat()
  return (
    <>
      <td className="number cell-message cell-case">
        <Link to={`/cases/${other.id}`}>{other.number}</Link>
      </td>
      <td>{textIn(other.category.name, language)}</td>
      <td className="cell-state">
        <CaseStateText item={other} />
      </td>
      <td className="number">
        {metres === 0 ? handling.sameThing : `${format.number(metres)} m`}
      </td>
      <td>
        <span className="fold-label">{cases.opened} </span>
        <Since at={other.openedAt} />
      </td>
    </>
  )
}

/** Which case goes into which, each in the version that was seen. */
interface Merge {
  readonly what: Pick<CaseDetailView, 'id' | 'version'>
  readonly into: string
}

function useMergingOf({ id }: CaseDetailView) {
  const refresh = useRefresh(id)
  return useMutation<unknown, Refusal, Merge>({
    mutationFn: ({ what, into }) => mergeCase(what.id, { version: what.version, into }),
    onSettled: refresh,
  })
}

interface MergeButtonsProps {
  readonly item: CaseDetailView
  readonly found: DuplicateView
  readonly merging: ReturnType<typeof useMergingOf>
}

function MergeButtons({ item, found: { case: other }, merging }: MergeButtonsProps) {
  const { handling } = useMessages()
  const disabled = !useMayChange() || merging.isPending
  return (
    <>
      <button
        type="button"
        disabled={disabled}
        aria-label={`${handling.mergeHere}: ${other.number}`}
        onClick={() => merging.mutate({ what: other, into: item.id })}
      >
        {handling.mergeHere}
      </button>{' '}
      <button
        type="button"
        disabled={disabled}
        aria-label={`${handling.mergeThere}: ${other.number}`}
        onClick={() => merging.mutate({ what: item, into: other.id })}
      >
        {handling.mergeThere}
      </button>
    </>
  )
}
