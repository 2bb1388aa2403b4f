import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { AssetView } from '../../api/views.ts'
import { assetsQuery, LIST_MAX } from '../api/queries.ts'
import { useMessages } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'

/** Assets by name or number. What is searched for stands in the address. */
export function AssetsPage() {
  const { assets, common } = useMessages()
  const [search, setSearch] = useSearchParams()
  const wanted = search.get('search')?.trim() ?? ''
  const [written, setWritten] = useState(wanted)
  const query = useQuery(assetsQuery(useDeferredValue(wanted)))
  return (
    <>
      <Heading text={assets.title} />
      <search>
        <form className="field" onSubmit={(event) => event.preventDefault()}>
          <label htmlFor="asset-search">{assets.search}</label>
          <input
            id="asset-search"
            type="search"
            maxLength={100}
            value={written}
            onChange={(event) => {
              const next = event.currentTarget.value
              setWritten(next)
              setSearch(next.trim() === '' ? {} : { search: next.trim() }, {
                replace: true,
              })
            }}
          />
        </form>
      </search>
      <Loaded query={query}>
        {(list) =>
          list.length === 0 ? (
            <output className="quiet-list">{assets.empty}</output>
          ) : (
            <>
              {list.length >= LIST_MAX && <p>{common.listIsCut(LIST_MAX)}</p>}
              <AssetTable list={list} />
            </>
          )
        }
      </Loaded>
    </>
  )
}

function AssetTable({ list }: { readonly list: readonly AssetView[] }) {
  const { assets, common } = useMessages()
  return (
    <table className="assets folds">
      <caption className="hidden-text">{assets.title}</caption>
      <thead>
        <tr>
          <th scope="col">{assets.name}</th>
          <th scope="col">{assets.number}</th>
          <th scope="col">{assets.type}</th>
          <th scope="col">{assets.owner}</th>
          <th scope="col">{assets.maintainer}</th>
        </tr>
      </thead>
      <tbody>
        {list.map(({ id, slug, name, type, owner, maintainer }) => (
          <tr key={id}>
            <td className="cell-message">
              <Link to={`/assets/${id}`}>{name}</Link>
            </td>
            <td className="number">{slug}</td>
            <td>{type}</td>
            <td>{owner ?? common.none}</td>
            <td>{maintainer ?? common.none}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
