import type { CaseDetailView } from '../../cases/views.ts'
import { useMessages } from '../messages/language.tsx'
import { Moment } from '../parts/moment.tsx'

type Reporter = NonNullable<CaseDetailView['reporters']>[number]

/** Who reported it, how to reach them, and what they wrote. */
export function Reporters({ reporters }: { readonly reporters: readonly Reporter[] }) {
  const { cases, common } = useMessages()
  return (
    <table className="folds">
      <caption>{cases.reportersHint}</caption>
      <thead>
        <tr>
          <th scope="col">{common.time}</th>
          <th scope="col">{cases.source}</th>
          <th scope="col">{cases.name}</th>
          <th scope="col">{cases.contact}</th>
          <th scope="col">{cases.words}</th>
        </tr>
      </thead>
      <tbody>
        {reporters.map(({ report, source, receivedAt, name, email, phone, text }) => (
          <tr key={report}>
            <td>
              <Moment at={receivedAt} />
            </td>
            <td>{cases.sources[source] ?? source}</td>
            <td>{name ?? common.none}</td>
            <td>
              {email !== null && (
                <a href={`mailto:${encodeURIComponent(email)}`}>{email}</a>
              )}
              {phone !== null && <span className="number"> {phone}</span>}
              {email === null && phone === null && common.none}
            </td>
            <td className="words">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
