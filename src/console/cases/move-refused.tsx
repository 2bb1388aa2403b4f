import { Link } from 'react-router'
import type { Refusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { otherCaseOf, overrideOf } from './move-input.ts'

interface MoveRefusedProps {
  readonly refusal: Refusal
  readonly onClose: () => void
}

/** Why a case was not moved, and the way on from there. */
export function MoveRefused({ refusal, onClose }: MoveRefusedProps) {
  const { cases } = useMessages()
  const { details } = refusal
  const other = otherCaseOf(details)
  const changed = details.kind === 'conflict' && details.where === 'version'
  const canGoOn = details.kind !== 'conflict' || overrideOf(details) !== undefined
  return (
    <RefusalBox refusal={refusal}>
      {changed && <p>{cases.changedMeanwhile}</p>}
      {other !== undefined && (
        <p>
          <Link to={`/cases/${other.id}`} onClick={onClose}>
            {cases.otherCase(other.number)}
          </Link>
        </p>
      )}
      {!canGoOn && (
        <button type="button" onClick={onClose}>
          {cases.lookAgain}
        </button>
      )}
    </RefusalBox>
  )
}
