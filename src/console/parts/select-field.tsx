interface SelectFieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong with what was chosen. */
  readonly wrong?: string | undefined
  readonly value: string
  /** Value and words of each choice, in order. */
  readonly choices: readonly (readonly [value: string, words: string])[]
  readonly onChoose: (value: string) => void
}

/** A labelled choice of one of several, with its hint and what is wrong with it. */
export function SelectField(props: SelectFieldProps) {
  const { id, label, hint, wrong, value, choices, onChoose } = props
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
      <select
        id={id}
        value={value}
        aria-invalid={wrong !== undefined}
        aria-describedby={describedBy === '' ? undefined : describedBy}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {choices.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}
