import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { assetsQuery } from '../api/queries.ts'
import { useMessages } from '../messages/language.tsx'
import { Field } from './field.tsx'

/** Found assets that are offered at a time. */
const OFFERED = 8

interface NamedAsset {
  readonly id: string
  readonly name: string
  readonly type: string
}

interface AssetSearchProps {
  /** Of the field. */
  readonly id: string
  /** Ids of assets that are not offered. */
  readonly without: ReadonlySet<string>
  /** No more can be chosen. */
  readonly full: boolean
  readonly onChoose: (asset: NamedAsset) => void
}

/** Finds assets by name or number and offers each as a button, inside of a form. */
export function AssetSearch({ id, without, full, onChoose }: AssetSearchProps) {
  const { maintenance } = useMessages()
  const [search, setSearch] = useState('')
  const words = search.trim()
  const { data = [] } = useQuery({ ...assetsQuery(words), enabled: words !== '' })
  const offered =
    words === '' ? [] : data.filter((asset) => !without.has(asset.id)).slice(0, OFFERED)
  return (
    <>
      <Field
        id={id}
        label={maintenance.searchAsset}
        maxLength={100}
        autoComplete="off"
        value={search}
        // Enter would send the whole form.
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault()
        }}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {offered.length > 0 && (
        <ul className="plain chips">
          {offered.map((asset) => (
            <li key={asset.id}>
              <button
                type="button"
                aria-label={maintenance.add(asset.name)}
                disabled={full}
                onClick={() =>
                  onChoose({ id: asset.id, name: asset.name, type: asset.type })
                }
              >
                <span aria-hidden="true">+ </span>
                {asset.name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
