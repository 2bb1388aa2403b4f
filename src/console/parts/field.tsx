import type { InputHTMLAttributes } from 'react'

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly id: string
  readonly label: string
  readonly hint?: string
  /** What is wrong with what was written. */
  readonly wrong?: string | undefined
}

/** A labelled text field with its hint and what is wrong with it. */
export function Field({ id, label, hint, wrong, ...input }: FieldProps) {
  const notes = [hint !== undefined && `${id}-hint`, wrong !== undefined && `${id}-wrong`]
  const describedBy = notes.filter((note) => note !== false).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p className="wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
      <input
        {...input}
        id={id}
        name={id}
        aria-invalid={wrong !== undefined}
        aria-describedby={describedBy === '' ? undefined : describedBy}
      />
    </div>
  )
}
