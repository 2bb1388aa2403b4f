import type { ReactNode } from 'react'
import type { StatisticsView } from '../../statistics/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'

/** Everything in the window, in figures. */
export function Totals({ figures }: { readonly figures: StatisticsView }) {
  const { statistics, common } = useMessages()
  const format = useFormat()
  const { columns } = statistics
  const { reports, cases, times, alarmFirst } = figures
  const count = (value: number): ReactNode => <Big>{format.number(value)}</Big>
  const share = (value: number | null, hint?: string): ReactNode => (
    <Big hint={hint}>{value === null ? common.none : format.share(value)}</Big>
  )
  const span = (seconds: number | null): string =>
    seconds === null ? common.none : format.span(seconds * 1_000)
  const half = (seconds: number | null): ReactNode => (
    <Big hint={seconds === null ? undefined : statistics.median}>{span(seconds)}</Big>
  )
  const { surveys } = figures
  return (
    <Facts
      facts={[
        [statistics.people, count(reports.people)],
        [statistics.sensors, count(reports.alarms)],
        [statistics.selfService, share(reports.selfServiceShare)],
        [columns.firstContact, count(reports.firstContact)],
        [statistics.absorbed, share(cases.absorbedShare)],
        [columns.opened, count(cases.opened)],
        [columns.closed, count(cases.closed)],
        [columns.fixedShare, share(cases.fixedShare)],
        [columns.backlog, count(cases.backlog)],
        [statistics.backlogAge, half(cases.backlogAge)],
        [columns.toFirstResponse, half(times.toFirstResponse)],
        [columns.toClose, half(times.toClose)],
        [columns.serviceLevelShare, share(figures.serviceLevelShare)],
        [columns.reopenedShare, share(figures.reopenedShare)],
        [
          columns.satisfiedShare,
          share(figures.satisfiedShare, statistics.surveys(format.number(surveys))),
        ],
        [
          statistics.alarmFirst,
          share(
            alarmFirst.share,
            alarmFirst.lead === null
              ? undefined
              : statistics.alarmFirstHint(
                  format.number(alarmFirst.cases),
                  span(alarmFirst.lead),
                ),
          ),
        ],
      ]}
    />
  )
}

interface BigProps {
  readonly children: ReactNode
  readonly hint?: string | undefined
}

function Big({ children, hint }: BigProps) {
  return (
    <>
      <span className="big number">{children}</span>
      {hint !== undefined && <small>{hint}</small>}
    </>
  )
}
