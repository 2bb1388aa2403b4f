import { useQuery } from '@tanstack/react-query'
import type { NoticeView } from '../../notices/notice.ts'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { Moment } from '../parts/moment.tsx'
import { aboutWords, whereWords } from './scope-words.ts'

/** What a notice says, where and about what, and from when to when. */
export function NoticeCells({ one }: { readonly one: NoticeView }) {
  const { language, messages } = useSpoken()
  const { notices } = messages
  const format = useFormat()
  const { data: choices } = useQuery(caseChoicesQuery)
  const known = { notices, language, format, choices }
  const { kind, title, text, scope, from, to, by } = one
  return (
    <>
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
    </>
  )
}
