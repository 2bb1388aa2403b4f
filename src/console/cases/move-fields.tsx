import { useMessages } from '../messages/language.tsx'
import { closingReasons, needsText, type MoveInput } from './move-input.ts'

interface MoveFieldsProps {
  readonly input: MoveInput
  readonly set: (input: MoveInput) => void
}

/** At most what the service keeps, with room for the mark of an override. */
const LONGEST = 1_900

export function ClosingFields({
  input,
  set,
  canOverride,
}: MoveFieldsProps & { readonly canOverride: boolean }) {
  const { cases } = useMessages()
  return (
    <>
      <div className="field">
        <label htmlFor="closing-reason">{cases.reason}</label>
        <select
          id="closing-reason"
          required
          value={input.reason ?? ''}
          onChange={(event) => {
            const chosen = event.currentTarget.value
            set({ ...input, reason: closingReasons.find((reason) => reason === chosen) })
          }}
        >
          <option value="">{cases.chooseReason}</option>
          {closingReasons.map((reason) => (
            <option key={reason} value={reason}>
              {cases.reasons[reason]}
            </option>
          ))}
        </select>
      </div>
      {canOverride && (
        <label className="check">
          <input
            type="checkbox"
            checked={input.override}
            onChange={(event) => set({ ...input, override: event.currentTarget.checked })}
          />
          {cases.override}
        </label>
      )}
    </>
  )
}

export function PublicText({ input, set }: MoveFieldsProps) {
  const { cases, common } = useMessages()
  const needed = needsText(input)
  return (
    <div className="field">
      <label htmlFor="public-text">
        {cases.publicText}
        {!needed && ` (${common.optional})`}
      </label>
      <p className="hint" id="public-text-hint">
        {cases.publicTextHint} {needed && cases.mustExplain}
      </p>
      <textarea
        id="public-text"
        aria-describedby="public-text-hint"
        rows={4}
        maxLength={LONGEST}
        required={needed}
        value={input.text}
        onChange={(event) => set({ ...input, text: event.currentTarget.value })}
      />
    </div>
  )
}
