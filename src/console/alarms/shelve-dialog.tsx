import { useState, type FormEvent, type ReactNode } from 'react'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import type { ShelfChoice } from '../messages/messages.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useAlarmCommand } from './use-alarm-command.ts'

const choices: readonly ShelfChoice[] = ['30m', '1h', '8h', '7d', 'untilClear']

interface AsksProps {
  readonly id: string
  readonly onClose: () => void
}

/** Puts an alarm aside: for how long, and why. */
export function ShelveDialog({ id, onClose }: AsksProps) {
  const { alarms } = useMessages()
  const [time, setTime] = useState<ShelfChoice>('1h')
  const [reason, setReason] = useState('')
  const doing = useAlarmCommand(id, onClose)
  const submit = () => {
    const said = { reason: reason.trim() }
    const body =
      time === 'untilClear'
        ? { ...said, untilClear: true as const }
        : { ...said, for: time }
    doing.mutate({ path: 'shelve', body })
  }
  return (
    <Asking title={alarms.shelve} doing={doing} onSubmit={submit} onClose={onClose}>
      <div className="field">
        <label htmlFor="shelf-time">{alarms.duration}</label>
        <select
          id="shelf-time"
          value={time}
          onChange={(event) => {
            const chosen = choices.find((one) => one === event.currentTarget.value)
            if (chosen !== undefined) setTime(chosen)
          }}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {alarms.durations[choice]}
            </option>
          ))}
        </select>
      </div>
      <Field
        id="shelf-reason"
        label={alarms.reason}
        required
        maxLength={1_000}
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Asking>
  )
}

/** A line for the journal. */
export function CommentDialog({ id, onClose }: AsksProps) {
  const { alarms, common } = useMessages()
  const [comment, setComment] = useState('')
  const doing = useAlarmCommand(id, onClose)
  return (
    <Asking
      title={alarms.addComment}
      doing={doing}
      onSubmit={() => doing.mutate({ path: 'comment', body: { comment: comment.trim() } })}
      onClose={onClose}
    >
      <Field
        id="alarm-comment"
        label={common.comment}
        required
        maxLength={1_000}
        autoComplete="off"
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </Asking>
  )
}

interface AskingProps {
  readonly title: string
  readonly doing: ReturnType<typeof useAlarmCommand>
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

function Asking({ title, doing, onSubmit, onClose, children }: AskingProps) {
  const { common } = useMessages()
  const mayChange = useMayChange()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {doing.error !== null && <RefusalBox refusal={asRefusal(doing.error)} />}
      <form onSubmit={submit}>
        {children}
        <div className="buttons">
          <button type="submit" className="strong" disabled={doing.isPending || !mayChange}>
            {title}
          </button>
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
