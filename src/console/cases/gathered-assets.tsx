import { Link } from 'react-router'
import type { CaseDetailView } from '../../cases/views.ts'
import { useSpoken } from '../messages/language.tsx'

/** The assets of a group case; the service sends the first 500 by name. */
export function GatheredAssets({ item }: { readonly item: CaseDetailView }) {
  const { messages } = useSpoken()
  const more = item.assets - item.gathered.length
  return (
    <>
      <ul className="plain columns">
        {item.gathered.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/assets/${id}`}>{name}</Link>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{messages.cases.assetCount(more)}</p>}
    </>
  )
}
