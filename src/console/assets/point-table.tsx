import { Link } from 'react-router'
import type { AssetDetailView } from '../../api/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useLiveValues } from '../live/live.tsx'
import type { LastValue } from '../live/live-values.ts'
import { useMessages } from '../messages/language.tsx'
import { Since } from '../parts/moment.tsx'
import { valueText } from '../parts/value-text.ts'

type Point = NonNullable<AssetDetailView['points']>[number]

interface PointTableProps {
  readonly points: readonly Point[]
  /** The role that the chart shows. */
  readonly chosen: string | undefined
}

/** What is measured of an asset now; changes come by themselves. */
export function PointTable({ points, chosen }: PointTableProps) {
  const { assets } = useMessages()
  const live = useLiveValues(points.map(({ point }) => point))
  return (
    <table className="narrow">
      <caption className="hidden-text">{assets.points}</caption>
      <thead>
        <tr>
          <th scope="col">{assets.role}</th>
          <th scope="col">{assets.value}</th>
          <th scope="col">{assets.quality}</th>
          <th scope="col">{assets.at}</th>
          <th scope="col">{assets.device}</th>
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <PointRow
            key={point.point}
            point={point}
            last={newer(point.last, live.get(point.point))}
            chosen={point.role === chosen}
          />
        ))}
      </tbody>
    </table>
  )
}

/** The list and the stream come by two ways; either may be ahead. */
function newer(listed: LastValue | null, live: LastValue | undefined): LastValue | null {
  if (live === undefined || listed === null) return live ?? listed
  return Date.parse(live.at) >= Date.parse(listed.at) ? live : listed
}

interface PointRowProps {
  readonly point: Point
  readonly last: LastValue | null
  readonly chosen: boolean
}

function PointRow({ point, last, chosen }: PointRowProps) {
  const messages = useMessages()
  const format = useFormat()
  const { assets } = messages
  const { role, unit, device } = point
  return (
    <tr className={chosen ? 'is-chosen' : undefined}>
      <td>
        <Link
          to={{ search: `?role=${encodeURIComponent(role)}` }}
          replace
          preventScrollReset
          aria-current={chosen ? 'true' : undefined}
          title={assets.show(role)}
        >
          {role}
        </Link>
      </td>
      {last === null ? (
        <td colSpan={3}>{assets.notHeard}</td>
      ) : (
        <>
          <td className="number">{valueText(last.value, unit, { format, messages })}</td>
          <td className={last.quality === 'good' ? undefined : 'lost'}>
            {assets.qualities[last.quality]}
            {last.quality !== 'good' && <small>{last.code}</small>}
          </td>
          <td>
            <Since at={last.at} />
          </td>
        </>
      )}
      <td>{device}</td>
    </tr>
  )
}
