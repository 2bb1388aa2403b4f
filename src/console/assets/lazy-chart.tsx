import { lazy, Suspense } from 'react'
import { Loading } from '../parts/loaded.tsx'

const Chart = lazy(async () => ({
  default: (await import('./role-chart.tsx')).RoleHistory,
}))

interface RoleChartProps {
  readonly asset: string
  readonly role: string
}

/** The history of a role; what draws it is only fetched where it is shown. */
export function RoleChart({ asset, role }: RoleChartProps) {
  return (
    <Suspense fallback={<Loading />}>
      <Chart asset={asset} role={role} />
    </Suspense>
  )
}
