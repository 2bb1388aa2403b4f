import type {
  StatisticsGroup,
  StatisticsReport,
  StatisticsView,
} from '../../statistics/views.ts'
import type { Format } from '../format/format.ts'
import type { StatisticsColumn } from '../messages/messages-public.ts'

/** A figure and how it is written: a number, seconds, or a part of a whole. Null: nothing can be said. */
export type Figure =
  | { readonly as: 'count'; readonly value: number }
  | { readonly as: 'span' | 'share'; readonly value: number | null }

const work: readonly StatisticsColumn[] = [
  'reports',
  'opened',
  'closed',
  'backlog',
  'toFirstResponse',
  'toClose',
  'serviceLevelShare',
  'reopenedShare',
  'satisfiedShare',
  'fixedShare',
  'alarmFirstShare',
]

/** What can be said of a group: a channel has reports alone, a reason only what was closed. */
export function columnsOf(by: StatisticsGroup): readonly StatisticsColumn[] {
  if (by === 'source')
    return ['reports', 'reportShare', 'firstContact', 'firstContactShare']
  if (by !== 'reason') return work
  return [
    'closed',
    'closedShare',
    'toClose',
    'serviceLevelShare',
    'reopenedShare',
    'satisfiedShare',
  ]
}

/** The figure of a column; shares of the whole are of `total`. */
export function figureOf(
  column: StatisticsColumn,
  figures: StatisticsView,
  total: StatisticsView,
): Figure {
  return figureMakers[column](figures, total)
}

type MakeFigure = (figures: StatisticsView, total: StatisticsView) => Figure

const figureMakers: Readonly<Record<StatisticsColumn, MakeFigure>> = {
  reports: (of) => ({ as: 'count', value: reportsIn(of) }),
  reportShare: (of, all) => part(reportsIn(of), reportsIn(all)),
  firstContact: ({ reports }) => ({ as: 'count', value: reports.firstContact }),
  firstContactShare: ({ reports }) => ({ as: 'share', value: reports.firstContactShare }),
  opened: ({ cases }) => ({ as: 'count', value: cases.opened }),
  closed: ({ cases }) => ({ as: 'count', value: cases.closed }),
  closedShare: ({ cases }, all) => part(cases.closed, all.cases.closed),
  backlog: ({ cases }) => ({ as: 'count', value: cases.backlog }),
  toFirstResponse: ({ times }) => ({ as: 'span', value: times.toFirstResponse }),
  toClose: ({ times }) => ({ as: 'span', value: times.toClose }),
  serviceLevelShare: (of) => ({ as: 'share', value: of.serviceLevelShare }),
  reopenedShare: (of) => ({ as: 'share', value: of.reopenedShare }),
  satisfiedShare: (of) => ({ as: 'share', value: of.satisfiedShare }),
  fixedShare: ({ cases }) => ({ as: 'share', value: cases.fixedShare }),
  alarmFirstShare: ({ alarmFirst }) => ({ as: 'share', value: alarmFirst.share }),
}

/** As people write it; `none` stands where nothing can be said. */
export function figureText({ as, value }: Figure, format: Format, none: string): string {
  if (value === null) return none
  switch (as) {
    case 'count':
      return format.number(value)
    case 'span':
      return format.span(value * 1_000)
    case 'share':
      return format.share(value)
  }
}

/** Cases by month for a chart: the number of the month in the window from 0, opened, closed. */
export function monthSeries(
  groups: StatisticsReport['groups'],
): readonly [at: number[], opened: number[], closed: number[]] {
  return [
    groups.map((_, index) => index),
    groups.map(({ figures }) => figures.cases.opened),
    groups.map(({ figures }) => figures.cases.closed),
  ]
}

function reportsIn({ reports }: StatisticsView): number {
  return reports.people + reports.alarms
}

function part(some: number, whole: number): Figure {
  return { as: 'share', value: whole === 0 ? null : some / whole }
}
