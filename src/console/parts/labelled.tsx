import type { ReactNode } from 'react'

export interface LabelledProps {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong with what is in the field. */
  readonly wrong?: string | undefined
}

/** What a field needs so that hint and mistake are read out with it. */
interface Described {
  readonly id: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string | undefined
}

/** A field under its label, with its hint and what is wrong with it. */
export function Labelled(
  props: LabelledProps & { readonly children: (described: Described) => ReactNode },
) {
  const { id, label, hint, wrong, children } = props
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
      {children({
        id,
        'aria-invalid': wrong !== undefined,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
      })}
    </div>
  )
}
