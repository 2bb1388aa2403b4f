import { useQuery } from '@tanstack/react-query'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { catalogues, languages } from '../messages/catalogues.ts'
import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { useSession } from '../session/session.ts'
import { kinds, withKind, WORDS_MAX, type NoticeInput } from './notice-input.ts'

export interface NoticeFieldsProps {
  readonly input: NoticeInput
  readonly set: (input: NoticeInput) => void
}

/** What is said and when. */
export function NoticeFields({ input, set }: NoticeFieldsProps) {
  const { notices } = useMessages()
  return (
    <>
      <div className="field">
        <label htmlFor="notice-kind">{notices.kind}</label>
        <select
          id="notice-kind"
          value={input.kind}
          onChange={(event) => {
            const kind = kinds.find((one) => one === event.currentTarget.value)
            if (kind !== undefined) set(withKind(input, kind))
          }}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {notices.kinds[kind]}
            </option>
          ))}
        </select>
      </div>
      <Words input={input} set={set} />
      <Times input={input} set={set} />
      {input.kind === 'storm' && <Level input={input} set={set} />}
      <div className="pair">
        <Field
          id="notice-phone"
          type="tel"
          label={notices.phone}
          hint={notices.phoneHint}
          maxLength={30}
          autoComplete="off"
          value={input.phone}
          onChange={(event) => set({ ...input, phone: event.currentTarget.value })}
        />
        <Field
          id="notice-link"
          type="url"
          label={notices.link}
          hint={notices.linkHint}
          maxLength={500}
          autoComplete="off"
          value={input.link}
          onChange={(event) => set({ ...input, link: event.currentTarget.value })}
        />
      </div>
    </>
  )
}

/** Title and text in every language that people may read. */
function Words({ input, set }: NoticeFieldsProps) {
  const { notices } = useMessages()
  return languages.map((language) => {
    const { languageName } = catalogues[language]
    const { title, text } = input
    return (
      <div key={language}>
        <Field
          id={`notice-title-${language}`}
          label={notices.titleIn(languageName)}
          lang={language}
          required
          maxLength={WORDS_MAX}
          autoComplete="off"
          value={title[language]}
          onChange={(event) =>
            set({ ...input, title: { ...title, [language]: event.currentTarget.value } })
          }
        />
        <div className="field">
          <label htmlFor={`notice-text-${language}`}>{notices.textIn(languageName)}</label>
          <textarea
            id={`notice-text-${language}`}
            lang={language}
            required
            rows={3}
            maxLength={WORDS_MAX}
            value={text[language]}
            onChange={(event) =>
              set({ ...input, text: { ...text, [language]: event.currentTarget.value } })
            }
          />
        </div>
      </div>
    )
  })
}

function Times({ input, set }: NoticeFieldsProps) {
  const { notices, maintenance } = useMessages()
  const { timezone } = useSession().organisation
  return (
    <>
      <div className="pair">
        {(['from', 'to'] as const).map((end) => (
          <Field
            key={end}
            id={`notice-${end}`}
            type="datetime-local"
            label={notices[end]}
            value={input[end]}
            onChange={(event) => set({ ...input, [end]: event.currentTarget.value })}
          />
        ))}
      </div>
      <p className="hint">
        {notices.toHint} {maintenance.zone(timezone)}
      </p>
    </>
  )
}

/** What a storm's cases promise meanwhile. */
function Level({ input, set }: NoticeFieldsProps) {
  const { notices } = useMessages()
  const { data } = useQuery(caseChoicesQuery)
  return (
    <div className="field">
      <label htmlFor="notice-level">{notices.serviceLevel}</label>
      <p className="hint" id="notice-level-hint">
        {notices.serviceLevelHint}
      </p>
      <select
        id="notice-level"
        aria-describedby="notice-level-hint"
        value={input.serviceLevel}
        onChange={(event) => set({ ...input, serviceLevel: event.currentTarget.value })}
      >
        <option value="">{notices.ownLevel}</option>
        {data?.serviceLevels.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}
