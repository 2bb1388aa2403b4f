import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState, type FormEvent } from 'react'
import { planWork, previewWork } from '../api/control-commands.ts'
import { windowsQuery } from '../api/control-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { civilOf } from '../format/civil-time.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { Field } from '../parts/field.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useSession } from '../session/session.ts'
import { ScopeFields, type WorkFieldsProps } from './scope-fields.tsx'
import {
  emptyWork,
  readWork,
  type ReadWork,
  type WorkInput,
  type WrongField,
} from './work-input.ts'

interface PlanDialogProps {
  readonly onPlanned: () => void
  readonly onClose: () => void
}

const HOUR_MS = 3_600_000

/** Plans work in two steps: what it hits is shown before anything is saved. */
export function PlanDialog({ onPlanned, onClose }: PlanDialogProps) {
  const { maintenance, login, common } = useMessages()
  const mayChange = useMayChange()
  const { input, set, submit, wrong, error, touches, busy } = usePlanning(() => {
    onPlanned()
    onClose()
  })
  const errors = useMemo(
    () => wrong.map((field) => [fieldOf[field], maintenance.wrong[field]] as const),
    [wrong, maintenance],
  )
  return (
    <Dialog title={maintenance.planTitle} onClose={onClose}>
      <ErrorSummary title={login.errors} errors={errors} />
      {error !== null && <RefusalBox refusal={asRefusal(error)} />}
      <form onSubmit={submit} noValidate>
        <ScopeFields input={input} set={set} />
        <TimeFields input={input} set={set} />
        <Field
          id="work-reason"
          label={maintenance.reason}
          required
          maxLength={1_000}
          autoComplete="off"
          value={input.reason}
          onChange={(event) => set({ ...input, reason: event.currentTarget.value })}
        />
        <output className="preview">
          {touches !== undefined && (
            <strong>{maintenance.hits(touches.assets, touches.openAlarms)}</strong>
          )}
        </output>
        <div className="buttons">
          <button type="submit" className="strong" disabled={busy || !mayChange}>
            {touches === undefined ? maintenance.preview : maintenance.plan}
          </button>
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** The form and its two steps. */
function usePlanning(onPlanned: () => void) {
  const { timezone } = useSession().organisation
  const client = useQueryClient()
  const [input, setInput] = useState<WorkInput>(() => beginning(timezone))
  const [wrong, setWrong] = useState<readonly WrongField[]>([])
  const showing = useMutation({ mutationFn: (work: ReadWork) => previewWork(work.scope) })
  const planning = useMutation({
    mutationFn: planWork,
    onSuccess: onPlanned,
    onSettled: () => client.invalidateQueries({ queryKey: windowsQuery.queryKey }),
  })
  // What was shown is of the form as it was.
  const set = (next: WorkInput) => {
    setInput(next)
    showing.reset()
    planning.reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readWork(input, { timeZone: timezone, now: new Date() })
    setWrong('wrong' in read ? read.wrong : [])
    if ('wrong' in read) return
    if (showing.data === undefined) showing.mutate(read)
    else planning.mutate(read)
  }
  return {
    input,
    set,
    submit,
    wrong,
    error: planning.error ?? showing.error,
    touches: showing.data,
    busy: showing.isPending || planning.isPending,
  }
}

/** From when to when, on the wall of the organisation. */
function TimeFields({ input, set }: WorkFieldsProps) {
  const { maintenance } = useMessages()
  const { timezone } = useSession().organisation
  return (
    <>
      <div className="pair">
        {(['from', 'to'] as const).map((end) => (
          <Field
            key={end}
            id={`work-${end}`}
            type="datetime-local"
            label={maintenance[end]}
            required
            value={input[end]}
            onChange={(event) => set({ ...input, [end]: event.currentTarget.value })}
          />
        ))}
      </div>
      <p className="hint">{maintenance.zone(timezone)}</p>
    </>
  )
}

const fieldOf: Readonly<Record<WrongField, string>> = {
  scope: 'work-scope',
  time: 'work-from',
  order: 'work-to',
  reason: 'work-reason',
}

/** From now on for two hours. */
function beginning(timeZone: string): WorkInput {
  const now = Date.now()
  return {
    ...emptyWork,
    from: civilOf(new Date(now), timeZone),
    to: civilOf(new Date(now + 2 * HOUR_MS), timeZone),
  }
}
