import { Link } from 'react-router'
import type { WindowScope } from '../../alarms/windows.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'

/** Assets that are named one by one; of more only the number is told. */
const NAMED = 3

/** What work touches, on one line. */
export function ScopeText({ scope }: { readonly scope: WindowScope }) {
  const { maintenance } = useMessages()
  const format = useFormat()
  if ('all' in scope) return maintenance.all
  if ('types' in scope) return scope.types.join(', ')
  if ('area' in scope) {
    const { south, west, north, east } = scope.area
    const from = `${format.degrees(south)}, ${format.degrees(west)}`
    return (
      <span className="number">{`${from} – ${format.degrees(north)}, ${format.degrees(east)}`}</span>
    )
  }
  if (scope.assets.length > NAMED) return maintenance.assetCount(scope.assets.length)
  return (
    <>
      {scope.assets.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to={`/assets/${id}`}>{id}</Link>
        </span>
      ))}
    </>
  )
}
