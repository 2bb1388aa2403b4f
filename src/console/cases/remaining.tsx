import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { CaseDetailView, CaseView } from '../../cases/views.ts'
import { unmergeCase } from '../api/case-commands.ts'
import { remainingQuery } from '../api/case-queries.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { textIn } from '../format/format.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { CaseStateText } from './case-table.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'

interface RemainingProps {
  readonly item: CaseDetailView
  readonly mayMerge: boolean
}

/** As many as the service lists. */
const LISTED_MAX = 500

/** What a group or a storm gathered and is still faulty by its own alarm: where it is followed, or the way out. */
export function Remaining({ item, mayMerge }: RemainingProps) {
  const { cases, handling, common, alarms } = useMessages()
  const { data = [] } = useQuery(remainingQuery(item.id))
  const refresh = useRefresh(item.id)
  const taking = useMutation<unknown, Refusal, CaseView>({
    mutationFn: ({ id, version }) => unmergeCase(id, version),
    onSettled: refresh,
  })
  const failed = taking.error !== null && (
    <MoveRefused refusal={asRefusal(taking.error)} onClose={() => taking.reset()} />
  )
  if (data.length === 0) return failed === false ? undefined : failed
  return (
    <section aria-labelledby="remaining">
      <h2 id="remaining">{handling.remaining(data.length)}</h2>
      {failed}
      {data.length >= LISTED_MAX && <p>{common.listIsCut(LISTED_MAX)}</p>}
      <table className="folds">
        <caption>{handling.remainingHint}</caption>
        <thead>
          <tr>
            <th scope="col">{common.number}</th>
            <th scope="col">{cases.asset}</th>
            <th scope="col">{cases.category}</th>
            <th scope="col">{cases.state}</th>
            {mayMerge && (
              <th scope="col" className="cell-action">
                {alarms.action}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {data.map((one) => (
            <tr key={one.id}>
              <Cells found={one} />
              {mayMerge && (
                <td className="cell-action">
                  {one.mergedInto !== null && (
                    <TakeOut
                      found={one}
                      busy={taking.isPending}
                      onTake={() => taking.mutate(one)}
                    />
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Cells({ found }: { readonly found: CaseView }) {
  const { language, messages } = useSpoken()
  const { asset, category, mergedInto } = found
  return (
    <>
      <td className="number cell-message cell-case">
        <Link to={`/cases/${found.id}`}>{found.number}</Link>
      </td>
      <td className="cell-asset">
        {asset === null ? (
          messages.common.none
        ) : (
          <Link to={`/assets/${asset.id}`}>{asset.name}</Link>
        )}
      </td>
      <td>{textIn(category.name, language)}</td>
      <td className="cell-state">
        {mergedInto === null ? (
          <CaseStateText item={found} />
        ) : (
          messages.handling.liesInHere
        )}
      </td>
    </>
  )
}

interface TakeOutProps {
  readonly found: CaseView
  readonly busy: boolean
  readonly onTake: () => void
}

function TakeOut({ found, busy, onTake }: TakeOutProps) {
  const { cases } = useMessages()
  const mayChange = useMayChange()
  return (
    <button
      type="button"
      disabled={busy || !mayChange}
      aria-label={`${cases.unmerge}: ${found.number}`}
      onClick={onTake}
    >
      {cases.unmerge}
    </button>
  )
}
