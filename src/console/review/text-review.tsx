import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import type { WaitingText } from '../../api/reviews-view.ts'
import type { WordsWarning } from '../../cases/views.ts'
import { keepText, showText } from '../api/public-commands.ts'
import type { WhichReviews } from '../api/public-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import type { ReviewMessages } from '../messages/messages-public.ts'
import { Moment } from '../parts/moment.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { piecesOf } from './pieces.ts'
import type { Decided } from './decided.ts'

interface TextReviewProps {
  readonly text: WaitingText
  /** Its number in the list, from 1: two texts of one case sound alike. */
  readonly place: number
  readonly which: WhichReviews
  readonly onDecided: (decided: Decided) => void
}

/** As long as the service takes. */
const LENGTH_MAX = 4_000

/** What somebody wrote, and the copy of it that the public may read. */
export function TextReview({ text, place, which, onDecided }: TextReviewProps) {
  const { review } = useMessages()
  const mayChange = useMayChange()
  const { id, at, original, masked } = text
  const { number } = text.case
  const [words, setWords] = useState(text.text)
  const deciding = useMutation({
    mutationFn: async (isShown: boolean) => {
      if (isShown) return shownText(await showText(id, words), review)
      await keepText(id)
      return review.kept
    },
    onSuccess: (said) => onDecided({ id, said }),
  })
  const button = (isShown: boolean, label: string) => (
    <button
      type="button"
      disabled={deciding.isPending || !mayChange || (isShown && words.trim() === '')}
      aria-label={review.ofText(label, number, place)}
      onClick={() => deciding.mutate(isShown)}
    >
      {label}
    </button>
  )
  return (
    <article>
      <p>
        <Link to={`/cases/${text.case.id}`} className="number">
          {number}
        </Link>{' '}
        <Moment at={at} />
      </p>
      {original === null ? (
        <blockquote className="words">{text.text}</blockquote>
      ) : (
        <>
          <Original words={original} masked={masked} />
          <Copy words={words} set={setWords} count={masked.length} />
        </>
      )}
      <div className="buttons">
        {which === 'waiting' ? (
          <>
            {button(true, review.show)}
            {button(false, review.keep)}
          </>
        ) : (
          button(false, review.withdraw)
        )}
      </div>
      {deciding.error !== null && <RefusalBox refusal={asRefusal(deciding.error)} />}
    </article>
  )
}

interface OriginalProps {
  readonly words: string
  readonly masked: readonly WordsWarning[]
}

function Original({ words, masked }: OriginalProps) {
  const { review } = useMessages()
  return (
    <>
      <p className="small">{review.written}</p>
      <blockquote className="words">
        {piecesOf(words, masked).map(({ at, text, isMarked }) =>
          isMarked ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
        )}
      </blockquote>
    </>
  )
}

interface CopyProps {
  readonly words: string
  readonly set: (words: string) => void
  /** Places that were masked. */
  readonly count: number
}

function Copy({ words, set, count }: CopyProps) {
  const { review } = useMessages()
  const field = useId()
  return (
    <div className="field">
      <label htmlFor={field}>{review.toShow}</label>
      <p className="hint" id={`${field}-hint`}>
        {review.toShowHint} {review.maskedHint(count)}
      </p>
      <textarea
        id={field}
        aria-describedby={`${field}-hint`}
        rows={3}
        maxLength={LENGTH_MAX}
        value={words}
        onChange={(event) => set(event.currentTarget.value)}
      />
    </div>
  )
}

function shownText(warnings: readonly WordsWarning[], review: ReviewMessages): string {
  if (warnings.length === 0) return review.shown
  const kinds = new Set(warnings.map(({ kind }) => review.warnings[kind]))
  return review.warned([...kinds].join(', '))
}
