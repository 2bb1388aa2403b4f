import { Link } from 'react-router'
import type { Refusal, RefusalDetails } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import type { CaseMessages } from '../messages/messages-cases.ts'
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
  const canGoOn = details.kind !== 'conflict' || overrideOf(details) !== undefined
  return (
    <RefusalBox refusal={refusal} said={saidOf(details, cases)}>
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

/** The refusals that happen in a normal day, in the language of the reader. */
function saidOf(details: RefusalDetails, cases: CaseMessages): string | undefined {
  if (overrideOf(details) !== undefined) return cases.alarmStands
  if (otherCaseOf(details) !== undefined) return cases.sameFault
  return details.kind === 'conflict' && details.where === 'version'
    ? cases.changedMeanwhile
    : undefined
}
