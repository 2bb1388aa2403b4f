import { lazy, Suspense } from 'react'
import type { StatisticsReport } from '../../statistics/views.ts'
import { Loading } from '../parts/loaded.tsx'

/** What draws it is only fetched where it is shown. */
const Chart = lazy(async () => ({
  default: (await import('./month-chart.tsx')).MonthChart,
}))

interface MonthSectionProps {
  readonly groups: StatisticsReport['groups']
}

/** Opened and closed by month as a picture; the table below says the same. */
export function MonthSection({ groups }: MonthSectionProps) {
  return (
    <Suspense fallback={<Loading />}>
      <Chart groups={groups} />
    </Suspense>
  )
}
