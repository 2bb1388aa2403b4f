import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { CaseDetailView, CaseState } from '../../cases/views.ts'
import { moveCase, type CaseMove } from '../api/case-commands.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import {
  isComplete,
  momentOf,
  moveOf,
  overrideOf,
  staysInside,
  type MoveInput,
} from './move-input.ts'
import { ClosingFields, DayField, OutsideFields, PublicText } from './move-fields.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'
import { withTemplate } from './template-choice.ts'
import { Templates } from './templates.tsx'
import { Warned } from './warned.tsx'
import { warningsOf } from './warnings.ts'

interface MoveDialogProps {
  readonly to: CaseState
  readonly seen: CaseDetailView
  readonly title: string
  readonly onClose: () => void
}

const nothing: MoveInput = { reason: undefined, text: '', override: false }

/** Asks what a move needs, sends it, and shows why it was refused. */
export function MoveDialog({ to, seen, title, onClose }: MoveDialogProps) {
  const { common, handling } = useMessages()
  const mayChange = useMayChange()
  const { step, input, setInput, moving, submit, refusal, prefix, warnings, outdated } =
    useMove(to, seen, onClose)
  return (
    <Dialog title={`${seen.number}: ${title}`} onClose={onClose}>
      {refusal !== undefined && <MoveRefused refusal={refusal} onClose={onClose} />}
      {!outdated && (
        <form onSubmit={submit}>
          {to === 'closed' && seen.state !== 'hidden' && (
            <ClosingFields
              input={input}
              set={setInput}
              canOverride={prefix !== undefined || input.override}
            />
          )}
          <DayField step={step} input={input} set={setInput} />
          <OutsideFields step={step} input={input} set={setInput} />
          {!staysInside(step) && (
            <Templates
              id="move-template"
              item={seen}
              moment={momentOf(step, input)}
              onTake={(choice) =>
                setInput({ ...input, text: withTemplate(input.text, choice) })
              }
            />
          )}
          <PublicText step={step} input={input} set={setInput} />
          {warnings.length > 0 && <Warned text={input.text.trim()} warnings={warnings} />}
          <div className="buttons">
            <button
              type="submit"
              className="strong"
              disabled={moving.isPending || !mayChange || !isComplete(step, input)}
            >
              {warnings.length > 0 ? handling.sendAnyway : title}
            </button>
            <button type="button" onClick={onClose}>
              {common.cancel}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

/** The form, what was sent of it, and what came back. */
function useMove(to: CaseState, seen: CaseDetailView, onDone: () => void) {
  const [input, setInput] = useState(nothing)
  const step = { from: seen.state, to }
  const moving = useMoving(seen, onDone)
  const failed = moving.error === null ? undefined : asRefusal(moving.error)
  const prefix = failed === undefined ? undefined : overrideOf(failed.details)
  const move = moveOf({ ...step, version: seen.version }, input, prefix ?? 'override:')
  const found = failed === undefined ? [] : warningsOf(failed.details)
  // What was warned of is of the words as they were.
  const warnings = moving.variables?.text === move.text ? found : []
  const refusal = found.length > 0 ? undefined : failed
  return {
    step,
    input,
    setInput,
    moving,
    prefix,
    warnings,
    refusal,
    // Everything but a standing alarm has to be looked at again before it makes sense to go on.
    outdated: refusal?.details.kind === 'conflict' && prefix === undefined,
    submit: (event: FormEvent) => {
      event.preventDefault()
      moving.mutate({ ...move, unlessWarned: warnings.length === 0 })
    },
  }
}

function useMoving({ id }: CaseDetailView, onDone: () => void) {
  const refresh = useRefresh(id)
  return useMutation<unknown, Refusal, CaseMove>({
    mutationFn: (move) => moveCase(id, move),
    onSuccess: onDone,
    onSettled: refresh,
  })
}
