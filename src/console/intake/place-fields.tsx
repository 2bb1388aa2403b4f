import { useMessages } from '../messages/language.tsx'
import { AssetSearch } from '../parts/asset-search.tsx'
import { Field } from '../parts/field.tsx'
import { aboutElse, type IntakeInput } from './intake-input.ts'
import type { PartProps } from './use-taking.ts'

/** Where it is: an asset, words, or degrees. */
export function PlaceFields({ input, set, wrongOf }: PartProps) {
  const { intake, notices, common } = useMessages()
  const degrees = ['latitude', 'longitude'] as const
  return (
    <fieldset className="plain-set">
      <legend>{intake.where}</legend>
      <AssetField input={input} set={set} wrongOf={wrongOf} />
      <Field
        id="intake-address"
        label={`${intake.address} (${common.optional})`}
        hint={intake.addressHint}
        maxLength={200}
        autoComplete="off"
        value={input.address}
        onChange={(event) => set({ address: event.currentTarget.value })}
      />
      <div className="pair">
        {degrees.map((name) => (
          <Field
            key={name}
            id={`intake-${name}`}
            label={`${notices[name]} (${common.optional})`}
            wrong={wrongOf(`intake-${name}`)}
            inputMode="decimal"
            maxLength={20}
            autoComplete="off"
            value={input[name]}
            onChange={(event) =>
              set(aboutElse(input, { [name]: event.currentTarget.value }))
            }
          />
        ))}
      </div>
      <p className="hint">{intake.placeHint}</p>
    </fieldset>
  )
}

/** The asset that was chosen, or the way to it. */
function AssetField({ input, set, wrongOf }: PartProps) {
  const { cases, maintenance } = useMessages()
  const { asset } = input
  const wrong = wrongOf('intake-asset')
  const choose = (chosen: IntakeInput['asset']) => set(aboutElse(input, { asset: chosen }))
  if (asset === null)
    return (
      <AssetSearch id="intake-asset" without={nothing} full={false} onChoose={choose} />
    )
  return (
    <div className="field">
      <p className="chosen-asset">
        <strong>{cases.asset}: </strong>
        <output>{asset.name}</output>{' '}
        <button
          type="button"
          id="intake-asset"
          ref={takeFocus}
          aria-label={maintenance.remove(asset.name)}
          onClick={() => choose(null)}
        >
          <span aria-hidden="true">×</span>
        </button>
      </p>
      {wrong !== undefined && <p className="wrong">{wrong}</p>}
    </div>
  )
}

const nothing: ReadonlySet<string> = new Set()

/** The button that was pressed is gone, and the keyboard must be somewhere. */
function takeFocus(button: HTMLButtonElement | null): void {
  button?.focus()
}
