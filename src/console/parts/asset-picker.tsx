import { useMessages } from '../messages/language.tsx'
import { AssetSearch } from './asset-search.tsx'

interface Picked {
  readonly id: string
  readonly name: string
}

interface AssetPickerProps {
  /** Id of the search field. */
  readonly id: string
  readonly chosen: readonly Picked[]
  /** How many may be chosen. */
  readonly most: number
  readonly set: (chosen: readonly Picked[]) => void
}

/** Finds assets by name or number and gathers those that are chosen. */
export function AssetPicker({ id: field, chosen, most, set }: AssetPickerProps) {
  const { maintenance } = useMessages()
  return (
    <>
      <AssetSearch
        id={field}
        without={new Set(chosen.map(({ id }) => id))}
        full={chosen.length >= most}
        onChoose={(asset) => set([...chosen, asset])}
      />
      <p className="hint">
        {maintenance.chosen}: {chosen.length === 0 && maintenance.noneChosen}
      </p>
      <ul className="plain chips">
        {chosen.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              aria-label={maintenance.remove(name)}
              onClick={() => set(chosen.filter((one) => one.id !== id))}
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
