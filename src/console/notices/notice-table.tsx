import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NoticeView } from '../../notices/notice.ts'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { endNotice } from '../api/public-commands.ts'
import { noticesQuery } from '../api/public-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useFormat } from '../format/use-format.ts'
import { useMayChange } from '../live/live.tsx'
import { useSpoken } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { Moment } from '../parts/moment.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { aboutWords, whereWords } from './scope-words.ts'

interface NoticeTableProps {
  readonly list: readonly NoticeView[]
  readonly state: NoticeView['state']
  readonly mayEnd: boolean
}

/** Notices of one state; on a narrow screen each row folds into a few lines. */
export function NoticeTable({ list, state, mayEnd }: NoticeTableProps) {
  const { notices, alarms } = useSpoken().messages
  if (list.length === 0) return <p>{notices.empty[state]}</p>
  return (
    <table className="folds">
      <caption className="hidden-text">{notices.states[state]}</caption>
      <thead>
        <tr>
          <th scope="col">{notices.said}</th>
          <th scope="col">{notices.kind}</th>
          <th scope="col">{notices.where}</th>
          <th scope="col">{notices.from}</th>
          <th scope="col">{notices.to}</th>
          <th scope="col">{notices.by}</th>
          {mayEnd && <th scope="col">{alarms.action}</th>}
        </tr>
      </thead>
      <tbody>
        {list.map((notice) => (
          <NoticeRow key={notice.id} notice={notice} mayEnd={mayEnd} />
        ))}
      </tbody>
    </table>
  )
}

interface NoticeRowProps {
  readonly notice: NoticeView
  readonly mayEnd: boolean
}

function NoticeRow({ notice, mayEnd }: NoticeRowProps) {
  const { language, messages } = useSpoken()
  const { notices } = messages
  const format = useFormat()
  const { data: choices } = useQuery(caseChoicesQuery)
  const known = { notices, language, format, choices }
  const { kind, title, text, scope, from, to, by } = notice
  return (
    <tr>
      <td className="cell-message">
        {title[language]}
        <small>{text[language]}</small>
      </td>
      <td>{notices.kinds[kind]}</td>
      <td>
        {whereWords(scope, known)}
        <small>{aboutWords(scope, known)}</small>
      </td>
      <td>
        <span className="fold-label">{notices.from} </span>
        <Moment at={from} />
      </td>
      <td>
        <span className="fold-label">{notices.to} </span>
        {to === null ? notices.open : <Moment at={to} />}
      </td>
      <td>{actorName(by, messages)}</td>
      {mayEnd && (
        <td className="cell-action">
          <End notice={notice} />
        </td>
      )}
    </tr>
  )
}

function End({ notice }: { readonly notice: NoticeView }) {
  const { language, messages } = useSpoken()
  const { notices } = messages
  const mayChange = useMayChange()
  const client = useQueryClient()
  const ending = useMutation({
    mutationFn: () => endNotice(notice.id),
    onSettled: () => client.invalidateQueries({ queryKey: noticesQuery.queryKey }),
  })
  const label = notice.state === 'coming' ? notices.takeBack : notices.end
  return (
    <>
      <button
        type="button"
        disabled={ending.isPending || !mayChange}
        aria-label={`${label}: ${notice.title[language]}`}
        onClick={() => ending.mutate()}
      >
        {label}
      </button>
      {ending.error !== null && <RefusalBox refusal={asRefusal(ending.error)} />}
    </>
  )
}
