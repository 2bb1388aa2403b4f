import type { InputHTMLAttributes } from 'react'
import { Labelled, type LabelledProps } from './labelled.tsx'

type FieldProps = InputHTMLAttributes<HTMLInputElement> & LabelledProps

/** A labelled text field with its hint and what is wrong with it. */
export function Field({ id, label, hint, wrong, ...input }: FieldProps) {
  return (
    <Labelled id={id} label={label} hint={hint} wrong={wrong}>
      {(described) => <input {...input} {...described} name={id} />}
    </Labelled>
  )
}
