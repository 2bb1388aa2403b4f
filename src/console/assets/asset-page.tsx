import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearchParams } from 'react-router'
import type { AssetDetailView } from '../../api/views.ts'
import { assetQuery } from '../api/queries.ts'
import { CaseTable } from '../cases/case-table.tsx'
import { useMessages } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Place } from '../parts/place.tsx'
import { AlarmTable } from '../alarms/alarm-table.tsx'
import { thaw } from '../alarms/frozen-rows.ts'
import { inOrder } from '../alarms/order.ts'
import { RoleChart } from './lazy-chart.tsx'
import { PointTable } from './point-table.tsx'

/** One asset: what it is, what is measured of it now and was, and what is open. */
export function AssetPage() {
  const { id = '' } = useParams()
  const { assets } = useMessages()
  const query = useQuery(assetQuery(id))
  return (
    <>
      <p className="way-back">
        <Link to="/assets">← {assets.title}</Link>
      </p>
      <Loaded query={query}>{(asset) => <Shown asset={asset} />}</Loaded>
    </>
  )
}

function Shown({ asset }: { readonly asset: AssetDetailView }) {
  const { assets } = useMessages()
  const { alarms, cases } = asset
  return (
    <>
      <Heading text={asset.name} />
      <AssetFacts asset={asset} />
      {alarms !== null && (
        <>
          <h2>{assets.alarms}</h2>
          {alarms.length === 0 ? <p>{assets.noAlarms}</p> : <OpenAlarms alarms={alarms} />}
        </>
      )}
      {cases !== null && (
        <>
          <h2>{assets.cases}</h2>
          {cases.length === 0 ? <p>{assets.noCases}</p> : <CaseTable cases={cases} />}
        </>
      )}
      {asset.points !== null && <Measured asset={asset.id} points={asset.points} />}
    </>
  )
}

interface MeasuredProps {
  readonly asset: string
  readonly points: NonNullable<AssetDetailView['points']>
}

/** The role of the chart stands in the address; the first one that is a number if none does. */
function Measured({ asset, points }: MeasuredProps) {
  const { assets } = useMessages()
  const [search] = useSearchParams()
  const asked = search.get('role')
  const first = points.find(({ last }) => typeof last?.value === 'number') ?? points[0]
  const role = points.find((point) => point.role === asked)?.role ?? first?.role
  return (
    <>
      <h2>{assets.points}</h2>
      {points.length === 0 ? (
        <p>{assets.noPoints}</p>
      ) : (
        <PointTable points={points} chosen={role} />
      )}
      {role !== undefined && (
        <>
          <h2>{assets.history}</h2>
          <RoleChart asset={asset} role={role} />
        </>
      )}
    </>
  )
}

function OpenAlarms({
  alarms,
}: {
  readonly alarms: NonNullable<AssetDetailView['alarms']>
}) {
  const { rows } = thaw(inOrder(alarms))
  return <AlarmTable rows={rows} />
}

function AssetFacts({ asset }: { readonly asset: AssetDetailView }) {
  const { assets } = useMessages()
  const { place } = asset
  return (
    <Facts
      facts={[
        [assets.number, <code key="slug">{asset.slug}</code>],
        [assets.type, asset.type],
        [assets.owner, asset.owner],
        [assets.maintainer, asset.maintainer],
        [assets.place, place !== null && <Place key="place" place={place} />],
        [
          assets.parents,
          asset.parents.length > 0 && (
            <span key="parents">
              {asset.parents.map(({ asset: parent, edge }) => (
                <Link key={`${edge} ${parent}`} to={`/assets/${parent}`}>
                  {parent}{' '}
                </Link>
              ))}
            </span>
          ),
        ],
        ...Object.entries(asset.attributes).map(
          ([name, value]) => [name, String(value)] as const,
        ),
      ]}
    />
  )
}
