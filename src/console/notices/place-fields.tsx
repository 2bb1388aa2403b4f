import { useQuery } from '@tanstack/react-query'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { AssetPicker } from '../parts/asset-picker.tsx'
import { Field } from '../parts/field.tsx'
import type { NoticeFieldsProps } from './notice-fields.tsx'
import { ASSETS_MAX, places } from './notice-input.ts'

/** About what and where it counts. */
export function PlaceFields({ input, set }: NoticeFieldsProps) {
  const { notices } = useMessages()
  return (
    <>
      <Categories input={input} set={set} />
      <div className="field">
        <label htmlFor="notice-place">{notices.where}</label>
        <select
          id="notice-place"
          value={input.place}
          onChange={(event) => {
            const place = places.find((one) => one === event.currentTarget.value)
            if (place !== undefined) set({ ...input, place })
          }}
        >
          {places.map((place) => (
            <option key={place} value={place}>
              {notices.places[place]}
            </option>
          ))}
        </select>
      </div>
      {input.place === 'area' && <Area input={input} set={set} />}
      {input.place === 'circle' && <Circle input={input} set={set} />}
      {input.place === 'assets' && (
        <AssetPicker
          id="notice-search"
          chosen={input.assets}
          most={ASSETS_MAX}
          set={(assets) => set({ ...input, assets })}
        />
      )}
    </>
  )
}

function Categories({ input, set }: NoticeFieldsProps) {
  const { language, messages } = useSpoken()
  const { notices } = messages
  const { data } = useQuery(caseChoicesQuery)
  const chosen = new Set(input.categories)
  const toggle = (id: string) => {
    const categories = chosen.has(id)
      ? input.categories.filter((one) => one !== id)
      : [...input.categories, id]
    set({ ...input, categories })
  }
  return (
    <fieldset className="plain-set" aria-describedby="notice-categories-hint">
      <legend>{notices.categories}</legend>
      <p className="hint" id="notice-categories-hint">
        {notices.categoriesHint}
      </p>
      <div className="checks">
        {data?.categories.map(({ id, name }) => (
          <label key={id} className="check">
            <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
            {textIn(name, language)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Area({ input, set }: NoticeFieldsProps) {
  const { notices } = useMessages()
  const { data } = useQuery(caseChoicesQuery)
  return (
    <div className="field">
      <label htmlFor="notice-area">{notices.area}</label>
      <select
        id="notice-area"
        value={input.area}
        onChange={(event) => set({ ...input, area: event.currentTarget.value })}
      >
        <option value="">{notices.chooseArea}</option>
        {data?.areas.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

function Circle({ input, set }: NoticeFieldsProps) {
  const { notices } = useMessages()
  return (
    <div className="pair">
      {(['latitude', 'longitude', 'radius'] as const).map((part) => (
        <Field
          key={part}
          id={`notice-${part}`}
          label={notices[part]}
          inputMode="decimal"
          maxLength={20}
          autoComplete="off"
          value={input.circle[part]}
          onChange={(event) =>
            set({
              ...input,
              circle: { ...input.circle, [part]: event.currentTarget.value },
            })
          }
        />
      ))}
    </div>
  )
}
