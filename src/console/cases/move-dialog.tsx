import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { CaseDetailView, CaseState } from '../../cases/views.ts'
import { moveCase } from '../api/commands.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { isComplete, moveOf, overrideOf, type MoveInput } from './move-input.ts'
import { ClosingFields, DayField, OutsideFields, PublicText } from './move-fields.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'

interface MoveDialogProps {
  readonly to: CaseState
  readonly seen: CaseDetailView
  readonly title: string
  readonly onClose: () => void
}

const nothing: MoveInput = { reason: undefined, text: '', override: false }

/** Asks what a move needs, sends it, and shows why it was refused. */
export function MoveDialog({ to, seen, title, onClose }: MoveDialogProps) {
  const messages = useMessages()
  const mayChange = useMayChange()
  const [input, setInput] = useState(nothing)
  const step = { from: seen.state, to }
  const moving = useMoving(seen, onClose)
  const refusal = moving.error === null ? undefined : asRefusal(moving.error)
  const prefix = refusal === undefined ? undefined : overrideOf(refusal.details)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    moving.mutate(moveOf({ ...step, version: seen.version }, input, prefix ?? 'override:'))
  }
  // Everything but a standing alarm has to be looked at again before it makes sense to go on.
  const outdated = refusal?.details.kind === 'conflict' && prefix === undefined
  return (
    <Dialog title={`${seen.number}: ${title}`} onClose={onClose}>
      {refusal !== undefined && <MoveRefused refusal={refusal} onClose={onClose} />}
      {!outdated && (
        <form onSubmit={submit}>
          {to === 'closed' && seen.state !== 'hidden' && (
            <ClosingFields
              input={input}
              set={setInput}
              canOverride={prefix !== undefined}
            />
          )}
          <DayField step={step} input={input} set={setInput} />
          <OutsideFields step={step} input={input} set={setInput} />
          <PublicText step={step} input={input} set={setInput} />
          <div className="buttons">
            <button
              type="submit"
              className="strong"
              disabled={moving.isPending || !mayChange || !isComplete(step, input)}
            >
              {title}
            </button>
            <button type="button" onClick={onClose}>
              {messages.common.cancel}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function useMoving({ id }: CaseDetailView, onDone: () => void) {
  const refresh = useRefresh(id)
  return useMutation<unknown, Refusal, Parameters<typeof moveCase>[1]>({
    mutationFn: (move) => moveCase(id, move),
    onSuccess: onDone,
    onSettled: refresh,
  })
}
