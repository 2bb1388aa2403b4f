import type { ReactNode } from 'react'
import type { KpisView } from '../../alarms/kpis/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { PriorityMark } from '../parts/priority-mark.tsx'

interface KpisProps {
  readonly kpis: KpisView
}

/** Numbers are written with two decimals. */
const LEAST = 0.01

/** The figures one asks for first. */
export function Overview({ kpis: figures }: KpisProps) {
  const { kpis } = useMessages()
  const format = useFormat()
  const { rate, slots, suppression } = figures
  // Nothing at all and a little are two answers.
  const small = (value: number) =>
    value > 0 && value < LEAST ? `< ${format.number(LEAST)}` : format.number(value)
  return (
    <Facts
      facts={[
        [kpis.annunciations, <Big key="a">{format.number(figures.annunciations)}</Big>],
        [
          kpis.perSlot,
          <Big key="p" hint={kpis.perSlotHint}>
            {small(rate.per10MinutesAndOperator)}
          </Big>,
        ],
        [kpis.perDay, <Big key="d">{small(rate.perDayAndOperator)}</Big>],
        [kpis.most, <Big key="m">{format.number(rate.maxIn10Minutes)}</Big>],
        [kpis.aboveTarget, <Big key="t">{format.share(slots.timeAboveTarget)}</Big>],
        [
          kpis.suppressed,
          <Big key="s">{format.number(suppression.raised - suppression.told)}</Big>,
        ],
        [kpis.chattering, <Big key="c">{format.number(figures.chattering.keys)}</Big>],
        [kpis.stale, <Big key="o">{format.number(figures.stale.atEnd)}</Big>],
      ]}
    />
  )
}

/** Alarms that came faster than people can read. */
export function Floods({ kpis: figures }: KpisProps) {
  const { kpis } = useMessages()
  const format = useFormat()
  const { floods } = figures
  return (
    <section aria-labelledby="kpi-floods">
      <h2 id="kpi-floods">{kpis.floods}</h2>
      <p className="small">{kpis.floodsHint}</p>
      <Facts
        facts={[
          [kpis.floodCount, <Big key="c">{format.number(floods.count)}</Big>],
          [kpis.floodShare, <Big key="s">{format.share(floods.share)}</Big>],
          [kpis.longestFlood, <Big key="l">{format.span(floods.longest * 1_000)}</Big>],
          [kpis.largestFlood, <Big key="m">{format.number(floods.largest)}</Big>],
        ]}
      />
    </section>
  )
}

/** How long people took. */
export function Acknowledgement({ kpis: figures }: KpisProps) {
  const { kpis, common } = useMessages()
  const format = useFormat()
  const { p50, p95, withinTarget, open, longest } = figures.acknowledgement
  const span = (seconds: number | null) =>
    seconds === null ? common.none : format.span(seconds * 1_000)
  return (
    <section aria-labelledby="kpi-acknowledgement">
      <h2 id="kpi-acknowledgement">{kpis.acknowledgement}</h2>
      <Facts
        facts={[
          [kpis.median, <Big key="m">{span(p50)}</Big>],
          [kpis.p95, <Big key="p">{span(p95)}</Big>],
          [
            kpis.withinTarget,
            <Big key="w">
              {withinTarget === null ? common.none : format.share(withinTarget)}
            </Big>,
          ],
          [kpis.longest, <Big key="l">{span(longest)}</Big>],
          [kpis.stillOpen, <Big key="o">{format.number(open)}</Big>],
        ]}
      />
    </section>
  )
}

/** What EEMUA 191 and ISA-18.2 recommend for three priorities, and nothing for our fourth. */
const aims: Readonly<Record<number, number>> = { 1: 0.05, 2: 0.15, 3: 0.8 }

/** How often each priority was used, against what is recommended. */
export function Priorities({ kpis: figures }: KpisProps) {
  const { kpis, alarms, common, problems } = useMessages()
  const format = useFormat()
  return (
    <section aria-labelledby="kpi-priorities">
      <h2 id="kpi-priorities">{kpis.priorities}</h2>
      {figures.priorities.length === 0 ? (
        <p>{kpis.nothing}</p>
      ) : (
        <table className="narrow">
          <caption className="hidden-text">{kpis.priorities}</caption>
          <thead>
            <tr>
              <th scope="col">{alarms.priority}</th>
              <th scope="col">{problems.count}</th>
              <th scope="col">{kpis.share}</th>
              <th scope="col">{kpis.aim}</th>
            </tr>
          </thead>
          <tbody>
            {figures.priorities.map(({ priority, annunciations, share }) => (
              <tr key={priority}>
                <td>
                  <PriorityMark priority={priority} calls={false} />{' '}
                  {alarms.priorities[priority] ?? priority}
                </td>
                <td className="number">{format.number(annunciations)}</td>
                <td className="number">{format.share(share)}</td>
                <td className="number">{aimText(aims[priority])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )

  function aimText(aim: number | undefined): string {
    return aim === undefined ? common.none : format.share(aim)
  }
}

interface BigProps {
  readonly children: ReactNode
  readonly hint?: string
}

function Big({ children, hint }: BigProps) {
  return (
    <>
      <span className="big number">{children}</span>
      {hint !== undefined && <small>{hint}</small>}
    </>
  )
}
