import type { WordsWarning } from '../../cases/views.ts'
import { useMessages } from '../messages/language.tsx'

interface WarnedProps {
  /** What was written, as it was sent. */
  readonly text: string
  readonly warnings: readonly WordsWarning[]
}

/** What to look at again before others read it: nothing has been sent yet. */
export function Warned({ text, warnings }: WarnedProps) {
  const { handling } = useMessages()
  return (
    <div className="notice" role="alert">
      <p>
        <strong>{handling.warnedTitle}</strong>
      </p>
      <ul>
        {warnings.map(({ kind, start, end }) => (
          <li key={`${kind} ${start}`}>
            {handling.warnings[kind]}: <mark>{text.slice(start, end)}</mark>
          </li>
        ))}
      </ul>
      <p>{handling.warnedNext}</p>
    </div>
  )
}
