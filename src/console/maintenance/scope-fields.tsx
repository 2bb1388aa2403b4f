import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { AssetPicker } from './asset-picker.tsx'
import { edges, scopeKinds, type WorkInput } from './work-input.ts'

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
      {input.kind === 'assets' && <AssetPicker input={input} set={set} />}
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
