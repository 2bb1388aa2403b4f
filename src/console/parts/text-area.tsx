import type { TextareaHTMLAttributes } from 'react'
import { Labelled, type LabelledProps } from './labelled.tsx'

type TextAreaProps = TextareaHTMLAttributes<HTMLTextAreaElement> &
  LabelledProps & { readonly hint: string }

/** A labelled field for several lines with its hint and what is wrong with it. */
export function TextArea({ id, label, hint, wrong, ...area }: TextAreaProps) {
  return (
    <Labelled id={id} label={label} hint={hint} wrong={wrong}>
      {(described) => <textarea {...area} {...described} />}
    </Labelled>
  )
}
