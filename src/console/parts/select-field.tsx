import { Labelled, type LabelledProps } from './labelled.tsx'

interface SelectFieldProps extends LabelledProps {
  readonly value: string
  /** Value and words of each choice, in order. */
  readonly choices: readonly (readonly [value: string, words: string])[]
  readonly onChoose: (value: string) => void
}

/** A labelled choice of one of several, with its hint and what is wrong with it. */
export function SelectField({ value, choices, onChoose, ...labelled }: SelectFieldProps) {
  return (
    <Labelled {...labelled}>
      {(described) => (
        <select
          {...described}
          value={value}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {choices.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}
