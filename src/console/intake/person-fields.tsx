import { catalogues, languages } from '../messages/catalogues.ts'
import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { SelectField } from '../parts/select-field.tsx'
import type { PartProps } from './use-taking.ts'

/** Characters that the service takes. */
const longest = { name: 120, phone: 30, email: 254 } as const
const kinds = { name: 'text', phone: 'tel', email: 'email' } as const

/** Who reports it, and how that person hears of it. */
export function PersonFields({ input, set, wrongOf }: PartProps) {
  const { intake, cases, notices, login, frame, common } = useMessages()
  const labels = { name: cases.name, phone: notices.phone, email: login.email }
  return (
    <fieldset className="plain-set">
      <legend>
        {intake.who} ({common.optional})
      </legend>
      <div className="pair">
        {(['name', 'phone', 'email'] as const).map((name) => (
          <Field
            key={name}
            id={`intake-${name}`}
            type={kinds[name]}
            label={labels[name]}
            wrong={wrongOf(`intake-${name}`)}
            maxLength={longest[name]}
            autoComplete="off"
            value={input[name]}
            onChange={(event) => set({ [name]: event.currentTarget.value })}
          />
        ))}
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={input.wantsUpdates}
          onChange={(event) => set({ wantsUpdates: event.currentTarget.checked })}
        />
        {intake.wantsUpdates}
      </label>
      <SelectField
        id="intake-language"
        label={frame.language}
        hint={intake.languageHint}
        value={input.language}
        choices={languages.map((one) => [one, catalogues[one].languageName])}
        onChoose={(chosen) =>
          set({ language: languages.find((one) => one === chosen) ?? input.language })
        }
      />
    </fieldset>
  )
}
