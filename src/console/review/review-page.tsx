import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { ReviewsView } from '../../api/reviews-view.ts'
import { REVIEWS, reviewsQuery, type WhichReviews } from '../api/public-queries.ts'
import { useMessages } from '../messages/language.tsx'
import { Choices } from '../parts/choices.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import type { Decided } from './decided.ts'
import { PhotoReview } from './photo-review.tsx'
import { TextReview } from './text-review.tsx'

const both: readonly WhichReviews[] = ['waiting', 'shown']

/** What waits for a look before the public sees it, and what the public sees now. */
export function ReviewPage() {
  const { review } = useMessages()
  const [search] = useSearchParams()
  const which = both.find((name) => name === search.get('which')) ?? 'waiting'
  return (
    <>
      <Heading text={review.title} />
      <p>{review.lead}</p>
      <Choices
        label={review.title}
        names={both}
        chosen={which}
        textOf={(name) => review.which[name]}
        search={(name) => (name === 'waiting' ? '' : `?which=${name}`)}
      />
      <Reviews key={which} which={which} />
    </>
  )
}

/** What was decided stays out, also while the service has not been asked again. */
function Reviews({ which }: { readonly which: WhichReviews }) {
  const query = useQuery(reviewsQuery(which))
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [said, setSaid] = useState('')
  const status = useRef<HTMLOutputElement>(null)
  const onDecided = (decided: Decided) => {
    setGone(new Set([...gone, decided.id]))
    setSaid(decided.said)
    // The button that was pressed is gone, and the keyboard must be somewhere.
    status.current?.focus()
  }
  return (
    <>
      <output className="preview" tabIndex={-1} ref={status}>
        {said}
      </output>
      <Loaded query={query}>
        {({ photos, texts }) => (
          <>
            <Photos photos={photos} {...{ which, gone, onDecided }} />
            <Texts texts={texts} {...{ which, gone, onDecided }} />
          </>
        )}
      </Loaded>
    </>
  )
}

interface PartProps {
  readonly which: WhichReviews
  /** Ids of what was decided. */
  readonly gone: ReadonlySet<string>
  readonly onDecided: (decided: Decided) => void
}

type PhotosProps = PartProps & Pick<ReviewsView, 'photos'>

function Photos({ photos, gone, which, onDecided }: PhotosProps) {
  const { review, common } = useMessages()
  const left = photos.filter(({ id }) => !gone.has(id))
  return (
    <section aria-labelledby="review-photos">
      <h2 id="review-photos">{review.photos}</h2>
      {photos.length >= REVIEWS && <p>{common.listIsCut(REVIEWS)}</p>}
      {left.length === 0 && <p>{review.noPhotos[which]}</p>}
      <ul className="plain photos">
        {left.map((photo, index) => (
          <li key={photo.id}>
            <PhotoReview place={index + 1} {...{ photo, which, onDecided }} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type TextsProps = PartProps & Pick<ReviewsView, 'texts'>

function Texts({ texts, gone, which, onDecided }: TextsProps) {
  const { review, common } = useMessages()
  const left = texts?.filter(({ id }) => !gone.has(id)) ?? []
  return (
    <section aria-labelledby="review-texts">
      <h2 id="review-texts">{review.texts}</h2>
      {texts === null && <p>{review.notYours}</p>}
      {texts !== null && texts.length >= REVIEWS && <p>{common.listIsCut(REVIEWS)}</p>}
      {texts !== null && left.length === 0 && <p>{review.noTexts[which]}</p>}
      <ul className="plain">
        {left.map((text, index) => (
          <li key={text.id} className="text-review">
            <TextReview place={index + 1} {...{ text, which, onDecided }} />
          </li>
        ))}
      </ul>
    </section>
  )
}
