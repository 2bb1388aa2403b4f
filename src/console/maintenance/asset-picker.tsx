import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { assetsQuery } from '../api/queries.ts'
import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import type { WorkFieldsProps } from './scope-fields.tsx'

/** Found assets that are offered at a time. */
const OFFERED = 8

/** Assets the service takes in one window. */
const MOST = 1_000

/** Finds assets by name or number and gathers those that are chosen. */
export function AssetPicker({ input, set }: WorkFieldsProps) {
  const { maintenance } = useMessages()
  const [search, setSearch] = useState('')
  const words = search.trim()
  const { data = [] } = useQuery({ ...assetsQuery(words), enabled: words !== '' })
  const chosen = new Set(input.assets.map(({ id }) => id))
  const offered =
    words === '' ? [] : data.filter(({ id }) => !chosen.has(id)).slice(0, OFFERED)
  return (
    <>
      <Field
        id="work-search"
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
          {offered.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                aria-label={maintenance.add(name)}
                disabled={input.assets.length >= MOST}
                onClick={() => set({ ...input, assets: [...input.assets, { id, name }] })}
              >
                <span aria-hidden="true">+ </span>
                {name}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="hint">
        {maintenance.chosen}: {input.assets.length === 0 && maintenance.noneChosen}
      </p>
      <ul className="plain chips">
        {input.assets.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              aria-label={maintenance.remove(name)}
              onClick={() =>
                set({ ...input, assets: input.assets.filter((one) => one.id !== id) })
              }
            >
              {name}
              <span aria-hidden="true"> ×</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
