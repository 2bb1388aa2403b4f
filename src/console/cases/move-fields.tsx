import { useMessages } from '../messages/language.tsx'
import {
  closingReasons,
  needsDay,
  needsOutside,
  needsText,
  staysInside,
  type MoveInput,
  type Step,
} from './move-input.ts'

interface MoveFieldsProps {
  readonly input: MoveInput
  readonly set: (input: MoveInput) => void
}

/** Fields that depend on the step too. */
type StepFieldsProps = MoveFieldsProps & { readonly step: Step }

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

/** When it is planned, or until when an answer is waited for. */
export function DayField({ step, input, set }: StepFieldsProps) {
  const { cases, common } = useMessages()
  const needed = needsDay(step)
  if (needed === 'no') return undefined
  return (
    <div className="field">
      <label htmlFor="move-day">
        {step.to === 'planned' ? cases.plannedFor : cases.waitUntil}
        {needed === 'may' && ` (${common.optional})`}
      </label>
      <input
        id="move-day"
        type="date"
        required={needed === 'must'}
        value={input.day ?? ''}
        onChange={(event) => set({ ...input, day: event.currentTarget.value })}
      />
    </div>
  )
}

/** Who has it outside, and what they call it. */
export function OutsideFields({ step, input, set }: StepFieldsProps) {
  const { cases, common } = useMessages()
  if (!needsOutside(input, step)) return undefined
  return (
    <>
      <div className="field">
        <label htmlFor="move-outside">{cases.outside}</label>
        <input
          id="move-outside"
          required
          maxLength={200}
          value={input.outside ?? ''}
          onChange={(event) => set({ ...input, outside: event.currentTarget.value })}
        />
      </div>
      <div className="field">
        <label htmlFor="move-reference">
          {cases.reference} ({common.optional})
        </label>
        <input
          id="move-reference"
          maxLength={200}
          value={input.reference ?? ''}
          onChange={(event) => set({ ...input, reference: event.currentTarget.value })}
        />
      </div>
    </>
  )
}

export function PublicText({ step, input, set }: StepFieldsProps) {
  const { cases, common } = useMessages()
  const needed = needsText(input, step)
  const inside = staysInside(step)
  const hint = inside ? cases.staffTextHint : cases.publicTextHint
  const left = input.reason !== undefined && input.reason !== 'opinion_answered'
  return (
    <div className="field">
      <label htmlFor="public-text">
        {inside ? cases.staffText : cases.publicText}
        {!needed && ` (${common.optional})`}
      </label>
      <p className="hint" id="public-text-hint">
        {hint} {needed && left && cases.mustExplain}
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
