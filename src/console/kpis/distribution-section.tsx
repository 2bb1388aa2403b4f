import { lazy, Suspense, useMemo, useState } from 'react'
import type { KpisView } from '../../alarms/kpis/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Loading } from '../parts/loaded.tsx'
import { distributionOf, type Distribution } from './distribution.ts'

/** What draws it is only fetched where it is shown. */
const Chart = lazy(async () => ({
  default: (await import('./distribution-chart.tsx')).DistributionChart,
}))

/** What averages hide: as a chart, and as a table for those who do not see charts. */
export function DistributionSection({ slots }: { readonly slots: KpisView['slots'] }) {
  const { kpis, assets } = useMessages()
  const format = useFormat()
  const [asTable, setAsTable] = useState(false)
  const shown = useMemo(() => distributionOf(slots), [slots])
  return (
    <section aria-labelledby="kpi-distribution">
      <h2 id="kpi-distribution">{kpis.distribution}</h2>
      <p>{kpis.distributionHint(format.number(shown.quiet), format.number(shown.all))}</p>
      <div className="buttons">
        <button type="button" onClick={() => setAsTable(!asTable)}>
          {asTable ? assets.showChart : assets.showTable}
        </button>
      </div>
      {asTable ? (
        <SlotTable shown={shown} />
      ) : (
        <Suspense fallback={<Loading />}>
          <Chart shown={shown} />
        </Suspense>
      )}
    </section>
  )
}

function SlotTable({ shown }: { readonly shown: Distribution }) {
  const { kpis } = useMessages()
  const format = useFormat()
  return (
    <table className="narrow">
      <caption className="hidden-text">{kpis.distribution}</caption>
      <thead>
        <tr>
          <th scope="col">{kpis.alarmsInSlot}</th>
          <th scope="col">{kpis.slots}</th>
        </tr>
      </thead>
      <tbody>
        {shown.alarms.map((alarms, index) => (
          <tr key={alarms}>
            <td className="number">{format.number(alarms)}</td>
            <td className="number">{format.number(shown.slots[index] ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
