import { catalogues, languages } from '../messages/catalogues.ts'
import { useSpoken } from '../messages/language.tsx'

/** Three buttons, each in its own language, so that everybody finds theirs. */
export function LanguageSwitch() {
  const { language, messages, choose } = useSpoken()
  return (
    <fieldset className="languages">
      <legend className="hidden-text">{messages.frame.language}</legend>
      {languages.map((name) => (
        <button
          key={name}
          type="button"
          className="quiet"
          lang={name}
          aria-pressed={name === language}
          onClick={() => choose(name)}
        >
          {catalogues[name].languageName}
        </button>
      ))}
    </fieldset>
  )
}
