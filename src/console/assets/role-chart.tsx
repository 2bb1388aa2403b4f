import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { HistoryView } from '../../api/views.ts'
import { historyQuery } from '../api/queries.ts'
import { unitName } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Chart } from './chart.tsx'
import { ReadingTable } from './reading-table.tsx'
import { isDrawable, lineOf } from './series.ts'

const ranges = { '6h': 6, '24h': 24, '7d': 168 } as const
type Range = keyof typeof ranges
const rangeNames: readonly Range[] = ['6h', '24h', '7d']

interface RoleHistoryProps {
  readonly asset: string
  readonly role: string
}

/** What was measured of a role: as a chart, and as a table for those who do not see charts. */
export function RoleHistory({ asset, role }: RoleHistoryProps) {
  const { assets } = useMessages()
  const [range, setRange] = useState<Range>('6h')
  const [asTable, setAsTable] = useState(false)
  const query = useQuery(historyQuery({ asset, role, hours: ranges[range] }))
  return (
    <section className="history" aria-label={assets.chartOf(role, assets.ranges[range])}>
      <fieldset className="buttons">
        <legend className="hidden-text">{assets.range}</legend>
        {rangeNames.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === range}
            onClick={() => setRange(name)}
          >
            {assets.ranges[name]}
          </button>
        ))}
        <button type="button" onClick={() => setAsTable(!asTable)}>
          {asTable ? assets.showChart : assets.showTable}
        </button>
      </fieldset>
      <Loaded query={query}>
        {(history) => (
          <Shown history={history} asTable={asTable} label={assets.ranges[range]} />
        )}
      </Loaded>
    </section>
  )
}

interface ShownProps {
  readonly history: HistoryView
  readonly asTable: boolean
  readonly label: string
}

function Shown({ history, asTable, label }: ShownProps) {
  const { assets } = useMessages()
  const format = useFormat()
  const line = useMemo(() => lineOf(history.pieces), [history.pieces])
  const shown = history.pieces.reduce((sum, { samples }) => sum + samples.length, 0)
  const total = history.pieces.reduce((sum, piece) => sum + piece.total, 0)
  const drawable = isDrawable(line)
  if (shown === 0) return <p>{assets.noReadings}</p>
  const unit = history.unit === null ? '' : unitName(history.unit)
  return (
    <>
      {asTable || !drawable ? (
        <ReadingTable history={history} />
      ) : (
        <Chart
          line={line}
          from={Date.parse(history.from) / 1_000}
          to={Date.parse(history.to) / 1_000}
          label={`${assets.chartOf(history.role, label)}${unit === '' ? '' : `, ${unit}`}`}
        />
      )}
      {!drawable && !asTable && <p className="small">{assets.notDrawable}</p>}
      {total > shown && (
        <p className="small">
          {assets.thinned(format.number(shown), format.number(total))}
        </p>
      )}
    </>
  )
}
