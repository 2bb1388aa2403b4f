import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { AlarmView } from '../../alarms/views.ts'
import { alarmQuery } from '../api/queries.ts'
import { RoleChart } from '../assets/lazy-chart.tsx'
import { textIn } from '../format/format.ts'
import { useMayChange } from '../live/live.tsx'
import { useSpoken } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { PriorityMark } from '../parts/priority-mark.tsx'
import { useCan } from '../session/session.ts'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { Journal } from './journal.tsx'
import { MoreActions } from './more-actions.tsx'
import { OpenCase } from './open-case.tsx'
import { calls, isAcknowledged } from './order.ts'
import { StateText } from './state-text.tsx'
import { Why } from './why.tsx'

/** One alarm: what stands, why, what happened, and what can be done. */
export function AlarmPage() {
  const { id = '' } = useParams()
  const { messages } = useSpoken()
  const query = useQuery(alarmQuery(id))
  return (
    <>
      <p className="way-back">
        <Link to="/alarms">← {messages.alarms.toTable}</Link>
      </p>
      <Loaded query={query}>{(alarm) => <Shown alarm={alarm} />}</Loaded>
    </>
  )
}

function Shown({ alarm }: { readonly alarm: AlarmView }) {
  const { language, messages } = useSpoken()
  const seesHistory = useCan('history.read')
  const name = textIn(alarm.rule.name, language)
  const role = alarm.because.find((one) => one.role !== '')?.role
  return (
    <>
      <div className="title-with-mark">
        <PriorityMark priority={alarm.priority} calls={calls(alarm)} />
        <Heading text={`${name}, ${alarm.asset.name}`} />
      </div>
      <AlarmFacts alarm={alarm} />
      <Actions alarm={alarm} />
      <h2>{messages.why.title}</h2>
      <Why alarm={alarm}>
        {seesHistory && role !== undefined && (
          <RoleChart asset={alarm.asset.id} role={role} />
        )}
      </Why>
      <h2>{messages.alarms.journal}</h2>
      <Journal id={alarm.id} />
    </>
  )
}

function AlarmFacts({ alarm }: { readonly alarm: AlarmView }) {
  const { messages } = useSpoken()
  const { alarms } = messages
  const priority = `${alarm.priority}, ${alarms.priorities[alarm.priority] ?? ''}`
  return (
    <Facts
      facts={[
        [alarms.state, <StateText key="state" alarm={alarm} />],
        [alarms.priority, priority],
        [
          alarms.asset,
          <Link key="a" to={`/assets/${alarm.asset.id}`}>
            {alarm.asset.name}
          </Link>,
        ],
        [
          alarms.case,
          alarm.case !== null && (
            <Link key="case" to={`/cases/${alarm.case.id}`}>
              {alarm.case.number}
            </Link>
          ),
        ],
        [
          alarms.raisedAt,
          alarm.raisedAt !== null && <Moment key="r" at={alarm.raisedAt} />,
        ],
        [
          alarms.clearedAt,
          alarm.clearedAt !== null && <Moment key="c" at={alarm.clearedAt} />,
        ],
        [alarms.rule, <code key="rule">{alarm.rule.id}</code>],
      ]}
    />
  )
}

function Actions({ alarm }: { readonly alarm: AlarmView }) {
  const { messages } = useSpoken()
  const [asked, setAsked] = useState<AlarmView>()
  const mayChange = useMayChange()
  const mayAcknowledge = useCan('alarm.acknowledge')
  const mayOpen = useCan('case.create')
  const isOpen = alarm.state !== 'normal'
  return (
    <div className="buttons">
      {mayAcknowledge && !isAcknowledged(alarm) && (
        <button
          type="button"
          className="strong"
          disabled={!mayChange}
          onClick={() => setAsked(alarm)}
        >
          {messages.alarms.acknowledge}
        </button>
      )}
      {mayOpen && isOpen && alarm.case === null && <OpenCase alarm={alarm.id} />}
      <MoreActions alarm={alarm} />
      {asked !== undefined && (
        <AcknowledgeDialog alarm={asked} onClose={() => setAsked(undefined)} />
      )}
    </div>
  )
}
