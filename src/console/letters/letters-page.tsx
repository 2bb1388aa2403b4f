import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { LetterProblemsView } from '../../api/letter-views.ts'
import { letterProblemsQuery } from '../api/public-queries.ts'
import { LIST_MAX } from '../api/queries.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { OwnWords } from './own-words.tsx'

/** Letters that did not arrive, letters that could not be taken, and the own words that letters use. */
export function LettersPage() {
  const { letters } = useMessages()
  const query = useQuery(letterProblemsQuery)
  return (
    <>
      <Heading text={letters.title} />
      <p>{letters.lead}</p>
      <Loaded query={query}>
        {({ problems, incoming }) => (
          <>
            <section aria-labelledby="letters-outgoing">
              <h2 id="letters-outgoing">{letters.outgoing}</h2>
              <Outgoing problems={problems} />
            </section>
            <section aria-labelledby="letters-incoming">
              <h2 id="letters-incoming">{letters.incoming}</h2>
              <Incoming incoming={incoming} />
            </section>
          </>
        )}
      </Loaded>
      <OwnWords />
    </>
  )
}

function Outgoing({ problems }: Pick<LetterProblemsView, 'problems'>) {
  const { letters, common } = useMessages()
  const format = useFormat()
  if (problems.length === 0) return <p>{letters.noOutgoing}</p>
  return (
    <>
      {problems.length >= LIST_MAX && <p>{common.listIsCut(problems.length)}</p>}
      <table className="folds">
        <caption className="hidden-text">{letters.outgoing}</caption>
        <thead>
          <tr>
            <th scope="col">{letters.case}</th>
            <th scope="col">{letters.state}</th>
            <th scope="col">{letters.at}</th>
            <th scope="col">{letters.tries}</th>
            <th scope="col">{letters.error}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ case: about, report, state, at, tries, error }) => (
            <tr key={`${report} ${at}`}>
              <td className="number cell-message">
                <Link to={`/cases/${about.id}`}>{about.number}</Link>
              </td>
              <td>{letters.states[state]}</td>
              <td>
                <Moment at={at} />
              </td>
              <td className="number">
                <span className="fold-label">{letters.tries} </span>
                {format.number(tries)}
              </td>
              <td lang="en">{error}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Incoming({ incoming }: Pick<LetterProblemsView, 'incoming'>) {
  const { letters } = useMessages()
  if (incoming.length === 0) return <p>{letters.noIncoming}</p>
  // Two letters of one mailbox may come and fail together, so only their places tell them apart.
  const rows = incoming.map((letter, place) => ({ ...letter, place }))
  return (
    <table className="folds">
      <caption>{letters.incomingHint}</caption>
      <thead>
        <tr>
          <th scope="col">{letters.mailbox}</th>
          <th scope="col">{letters.at}</th>
          <th scope="col">{letters.reason}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ mailbox, reason, at, place }) => (
          <tr key={place}>
            <td className="cell-message">{mailbox}</td>
            <td>
              <Moment at={at} />
            </td>
            <td lang="en">{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
