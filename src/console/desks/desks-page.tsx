import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { DeskView } from '../../api/desk-view.ts'
import { desksQuery } from '../api/control-queries.ts'
import { alarmsQuery } from '../api/queries.ts'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment, Since } from '../parts/moment.tsx'
import { PriorityMark } from '../parts/priority-mark.tsx'
import { useCan } from '../session/session.ts'
import { Deliveries } from './deliveries.tsx'
import { DeskTest } from './desk-test.tsx'
import { causeText, stepTexts, targetText } from './desk-words.ts'

/** Each desk: who is on duty, what it calls for, and how its last messages fared. */
export function DesksPage() {
  const { desks } = useSpoken().messages
  const query = useQuery(desksQuery)
  return (
    <>
      <Heading text={desks.title} />
      <p>{desks.lead}</p>
      <Loaded query={query}>
        {(list) =>
          list.length === 0 ? (
            <p className="quiet-list">{desks.empty}</p>
          ) : (
            list.map((desk) => <DeskSection key={desk.id} desk={desk} />)
          )
        }
      </Loaded>
    </>
  )
}

function DeskSection({ desk }: { readonly desk: DeskView }) {
  const { desks } = useSpoken().messages
  const mayTest = useCan('desk.test')
  return (
    <section aria-labelledby={`desk-${desk.id}`}>
      <h2 id={`desk-${desk.id}`}>{desk.name}</h2>
      <DeskFacts desk={desk} />
      {mayTest && <DeskTest desk={desk} />}
      <h3>{desks.calling}</h3>
      <Underway desk={desk} />
      <h3>{desks.deliveries}</h3>
      <Deliveries desk={desk.id} />
    </section>
  )
}

function DeskFacts({ desk }: { readonly desk: DeskView }) {
  const { messages } = useSpoken()
  const format = useFormat()
  const { desks } = messages
  const { rotas, outOfOrder, heartbeatAt, acknowledgeWithinSeconds } = desk
  const goals = Object.entries(acknowledgeWithinSeconds)
  return (
    <Facts
      facts={[
        [
          desks.onDuty,
          rotas.length === 0
            ? desks.noRota
            : rotas.map(({ rota, onDuty }) => (
                <span key={rota} className="one-line">
                  <strong>{onDuty ?? desks.nobody}</strong> ({rota})
                </span>
              )),
        ],
        [
          desks.steps,
          desk.steps.length === 0
            ? desks.consoleOnly
            : stepTexts(desk.steps, { format, messages }).map((text) => (
                <span key={text} className="one-line">
                  {text}
                </span>
              )),
        ],
        [
          desks.outOfOrder,
          outOfOrder.length > 0 &&
            outOfOrder.map(({ channel, reason }) => (
              <span key={channel} className="one-line wrong">
                {targetText(`channel:${channel}`, messages)}:{' '}
                <span lang="en">{reason}</span>
              </span>
            )),
        ],
        [
          desks.goals,
          goals.length > 0 &&
            goals
              .map(([priority, seconds]) => `P${priority} ${format.span(seconds * 1_000)}`)
              .join(', '),
        ],
        [desks.heartbeat, heartbeatAt !== null && <Moment key="h" at={heartbeatAt} />],
      ]}
    />
  )
}

function Underway({ desk }: { readonly desk: DeskView }) {
  const { messages } = useSpoken()
  const { alarms, desks } = messages
  if (desk.underway.length === 0) return <p>{desks.callingNobody}</p>
  return (
    <table className="alarms folds">
      <caption className="hidden-text">{desks.calling}</caption>
      <thead>
        <tr>
          <th scope="col">{alarms.priority}</th>
          <th scope="col">{desks.alarm}</th>
          <th scope="col">{alarms.since}</th>
          <th scope="col">{desks.steps}</th>
        </tr>
      </thead>
      <tbody>
        {desk.underway.map((one) => (
          <UnderwayRow key={one.occurrence} underway={one} />
        ))}
      </tbody>
    </table>
  )
}

function UnderwayRow({ underway }: { readonly underway: DeskView['underway'][number] }) {
  const { language, messages } = useSpoken()
  const format = useFormat()
  const { data: open = [] } = useQuery(alarmsQuery('open'))
  const { alarm, priority, since, step, due, because } = underway
  const why = causeText(because, messages.desks)
  const known = open.find(({ id }) => id === alarm)
  return (
    <tr>
      <td className="cell-priority">
        <PriorityMark priority={priority} calls={false} />
        <span className="hidden-text">
          {messages.alarms.priorities[priority] ?? priority}
        </span>
      </td>
      <td className="cell-message">
        <Link to={`/alarms/${alarm}`}>
          {known === undefined
            ? alarm
            : `${textIn(known.rule.name, language)}, ${known.asset.name}`}
        </Link>
      </td>
      <td>
        <Since at={since} />
      </td>
      <td className="number">
        {due === null
          ? messages.common.none
          : messages.desks.nextStep(step + 1, format.time(new Date(due)))}
        {due !== null && why !== '' && <small> {why}</small>}
      </td>
    </tr>
  )
}
