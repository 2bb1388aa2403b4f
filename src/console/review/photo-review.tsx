import { useMutation } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { ReviewsView } from '../../api/reviews-view.ts'
import { decidePhoto } from '../api/public-commands.ts'
import type { WhichReviews } from '../api/public-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Moment } from '../parts/moment.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import type { Decided } from './decided.ts'

interface PhotoReviewProps {
  readonly photo: ReviewsView['photos'][number]
  /** Its number in the list, from 1: two photos of one case sound alike. */
  readonly place: number
  readonly which: WhichReviews
  readonly onDecided: (decided: Decided) => void
}

/** A photo with its case, and what is done with it; the whole picture behind a link. */
export function PhotoReview({ photo, place, which, onDecided }: PhotoReviewProps) {
  const { review } = useMessages()
  const mayChange = useMayChange()
  const { id, report, at, width, height } = photo
  const { number } = photo.case
  const deciding = useMutation({
    mutationFn: (isShown: boolean) => decidePhoto(id, isShown),
    onSuccess: (_, isShown) =>
      onDecided({ id, said: isShown ? review.shown : review.kept }),
  })
  const address = `/api/v1/photos/${encodeURIComponent(id)}`
  const button = (isShown: boolean, label: string) => (
    <button
      type="button"
      disabled={deciding.isPending || !mayChange}
      aria-label={review.ofPhoto(label, number, place)}
      onClick={() => deciding.mutate(isShown)}
    >
      {label}
    </button>
  )
  return (
    <figure>
      <a href={address} target="_blank" rel="noreferrer">
        <img
          src={`${address}?size=small`}
          alt={review.photoOf(number)}
          width={width}
          height={height}
          loading="lazy"
        />
      </a>
      <figcaption>
        <Link to={`/cases/${photo.case.id}`} className="number">
          {number}
        </Link>{' '}
        <Moment at={at} />
        {report === null && <small>{review.fromStaff}</small>}
      </figcaption>
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
    </figure>
  )
}
