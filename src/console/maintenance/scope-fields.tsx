import { useMessages } from '../messages/language.tsx'
import { AssetPicker } from '../parts/asset-picker.tsx'
import { Field } from '../parts/field.tsx'
import { edges, scopeKinds, type WorkInput } from './work-input.ts'

/** Assets the service takes in one window. */
const ASSETS_MAX = 1_000

export interface WorkFieldsProps {
  readonly input: WorkInput
  readonly set: (input: WorkInput) => void
}

/** Which assets the work is about. */
export function ScopeFields({ input, set }: WorkFieldsProps) {
  const { maintenance } = useMessages()
  return (
    <>
      <div className="field">
        <label htmlFor="work-scope">{maintenance.scope}</label>
        <select
          id="work-scope"
          value={input.kind}
          onChange={(event) => {
            const kind = scopeKinds.find((one) => one === event.currentTarget.value)
            if (kind !== undefined) set({ ...input, kind })
          }}
        >
          {scopeKinds.map((kind) => (
            <option key={kind} value={kind}>
              {maintenance.scopes[kind]}
            </option>
          ))}
        </select>
      </div>
      {input.kind === 'assets' && (
        <AssetPicker
          id="work-search"
          chosen={input.assets}
          most={ASSETS_MAX}
          set={(assets) => set({ ...input, assets })}
        />
      )}
      {input.kind === 'types' && (
        <Field
          id="work-types"
          label={maintenance.types}
          hint={maintenance.typesHint}
          maxLength={2_000}
          autoComplete="off"
          value={input.types}
          onChange={(event) => set({ ...input, types: event.currentTarget.value })}
        />
      )}
      {input.kind === 'area' && <Area input={input} set={set} />}
    </>
  )
}

function Area({ input, set }: WorkFieldsProps) {
  const { maintenance } = useMessages()
  return (
    <fieldset className="plain-set">
      <legend>{maintenance.area}</legend>
      <div className="pair">
        {edges.map((edge) => (
          <Field
            key={edge}
            id={`work-${edge}`}
            label={maintenance.edges[edge]}
            inputMode="decimal"
            maxLength={20}
            autoComplete="off"
            value={input.area[edge]}
            onChange={(event) =>
              set({ ...input, area: { ...input.area, [edge]: event.currentTarget.value } })
            }
          />
        ))}
      </div>
    </fieldset>
  )
}
