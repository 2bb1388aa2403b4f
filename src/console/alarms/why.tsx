import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { AlarmView, WhyView } from '../../alarms/views.ts'
import { whyQuery } from '../api/queries.ts'
import { useMessages } from '../messages/language.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { EvidenceTable } from './evidence-table.tsx'
import { SuppressionText } from './suppression-text.tsx'

/** Why an alarm was raised, what keeps it from people, and what will happen by itself. */
export function Why({ alarm, children }: WhyProps) {
  const query = useQuery(whyQuery(alarm.id))
  return <Loaded query={query}>{(why) => <Shown why={why}>{children}</Shown>}</Loaded>
}

interface WhyProps {
  readonly alarm: AlarmView
  /** Stands below the evidence. */
  readonly children?: ReactNode
}

interface ShownProps {
  readonly why: WhyView
  readonly children: ReactNode
}

function Shown({ why, children }: ShownProps) {
  const messages = useMessages()
  const words = messages.why
  return (
    <>
      <EvidenceTable alarm={why.alarm} evidence={why.evidence} />
      {why.ruleVersion !== null && (
        <p className="small below">
          {words.version}: <span className="number">{why.ruleVersion}</span>
        </p>
      )}
      {children}
      {why.atSource !== null && <AtSource at={why.atSource} />}
      <h3>{words.keptTitle}</h3>
      <Kept alarm={why.alarm} />
      <h3>{words.nextTitle}</h3>
      <Next timers={why.timers} />
    </>
  )
}

/** What became of the acknowledgement where the alarm came from. */
function AtSource({ at }: { readonly at: NonNullable<WhyView['atSource']> }) {
  const { why } = useMessages()
  const { state, device, requestedAt, tries, error } = at
  return (
    <>
      <h3>{why.sourceTitle}</h3>
      <p>
        <Moment at={requestedAt} />:{' '}
        <span className={state === 'failed' ? 'wrong' : undefined}>
          {why.source[state](device, tries)}
        </span>
        {error !== null && <small lang="en"> {error}</small>}
      </p>
    </>
  )
}

function Kept({ alarm }: { readonly alarm: AlarmView }) {
  const { why } = useMessages()
  if (alarm.suppression.length === 0) return <p>{why.keptNot}</p>
  return (
    <ul className="plain">
      {alarm.suppression.map((reason) => (
        <li key={`${reason.kind} ${reason.ref}`}>
          <SuppressionText reason={reason} />
        </li>
      ))}
    </ul>
  )
}

function Next({ timers }: { readonly timers: WhyView['timers'] }) {
  const { why } = useMessages()
  if (timers.length === 0) return <p>{why.nextNothing}</p>
  return (
    <ul className="plain">
      {timers.map(({ kind, ref, due }) => (
        <li key={`${kind} ${ref}`}>
          <Moment at={due} />: {why.next[kind]}
        </li>
      ))}
    </ul>
  )
}
