import type { TextareaHTMLAttributes } from 'react'

interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly id: string
  readonly label: string
  readonly hint: string
  /** What is wrong with what was written. */
  readonly wrong?: string | undefined
}

/** A labelled field for several lines with its hint and what is wrong with it. */
export function TextArea({ id, label, hint, wrong, ...area }: TextAreaProps) {
  const described = wrong === undefined ? `${id}-hint` : `${id}-hint ${id}-wrong`
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
      {wrong !== undefined && (
        <p className="wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
      <textarea
        {...area}
        id={id}
        aria-invalid={wrong !== undefined}
        aria-describedby={described}
      />
    </div>
  )
}
