import { Link } from 'react-router'
import type { Receipt } from '../api/take-report.ts'
import { useMessages } from '../messages/language.tsx'
import { Moment } from '../parts/moment.tsx'

interface TakenDownProps {
  readonly receipt: Receipt
  /** It was answered and closed with it. */
  readonly isClosed: boolean
  readonly onNext: () => void
}

/** The number to say, whether it is known, and the way on. */
export function TakenDown({ receipt, isClosed, onNext }: TakenDownProps) {
  const { intake } = useMessages()
  const { number, known } = receipt
  return (
    <section aria-labelledby="taken-number">
      <p>{intake.taken}</p>
      <h2 id="taken-number" className="taken-number number" tabIndex={-1} ref={takeFocus}>
        {number}
      </h2>
      {known === null ? (
        <p>{isClosed ? intake.closedNow : intake.isNew}</p>
      ) : (
        <p>
          {known.bySensor ? intake.knownBySensor : intake.knownSince}{' '}
          <Moment at={known.since} />
        </p>
      )}
      <div className="buttons">
        <button type="button" className="strong" onClick={onNext}>
          {intake.next}
        </button>
        <Link to={`/cases/${receipt.case}`}>{intake.toCase}</Link>
      </div>
    </section>
  )
}

/** The form is gone, and the number is what is wanted next. */
function takeFocus(heading: HTMLHeadingElement | null): void {
  heading?.focus()
}
