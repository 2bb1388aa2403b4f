import type { FormEvent, ReactNode } from 'react'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { MoveRefused } from './move-refused.tsx'

interface StepFormProps {
  readonly title: string
  readonly hint?: string
  /** Id of the field, and what is wrong with it; the same list while nothing changes. */
  readonly errors: readonly (readonly [string, string])[]
  /** What the service is asked to do. */
  readonly asking: { readonly error: unknown; readonly isPending: boolean }
  readonly submitText: string
  readonly onSubmit: () => void
  readonly onClose: () => void
  /** The fields. */
  readonly children: ReactNode
}

/** The dialog of a step that hands a case on: its fields, what is wrong, what was refused. */
export function StepForm(props: StepFormProps) {
  const { title, hint, errors, asking, submitText, onSubmit, onClose, children } = props
  const { common, login } = useMessages()
  const mayChange = useMayChange()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {hint !== undefined && <p className="hint">{hint}</p>}
      <ErrorSummary title={login.errors} errors={errors} />
      {asking.error !== null && (
        <MoveRefused refusal={asRefusal(asking.error)} onClose={onClose} />
      )}
      <form onSubmit={submit} noValidate>
        {children}
        <div className="buttons">
          <button
            type="submit"
            className="strong"
            disabled={!mayChange || asking.isPending}
          >
            {submitText}
          </button>
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
