import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type { CaseDetailView } from '../../cases/views.ts'
import { giveCase, type Given } from '../api/case-commands.ts'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { useCan, useSession } from '../session/session.ts'
import { CorrectionDialog } from './correction-dialog.tsx'
import { ForwardDialog } from './forward-dialog.tsx'
import { GiveDialog } from './give-dialog.tsx'
import { mayTake } from './give-input.ts'
import { MoveRefused } from './move-refused.tsx'
import { OutcomeBox, type Outcome } from './outcome.tsx'
import { useRefresh } from './refresh.ts'

type Step = 'give' | 'correct' | 'forward'

/** What a dialog of these steps is given. */
export interface StepDialogProps {
  /** The case as it was when the button was pressed: what the person decided on. */
  readonly seen: CaseDetailView
  readonly choices: CaseChoicesView
  readonly onClose: () => void
  readonly onDone: (outcome: Outcome) => void
}

const dialogs = { give: GiveDialog, correct: CorrectionDialog, forward: ForwardDialog }

/** Who has a case and what it is about: to take it, give it on, correct it, or hand it to others. */
export function Handling({ item }: { readonly item: CaseDetailView }) {
  const { handling } = useMessages()
  const mayChange = useMayChange()
  const steps = useSteps(item)
  const { data: choices } = useQuery(caseChoicesQuery)
  const [asked, setAsked] = useState<{
    readonly step: Step
    readonly seen: CaseDetailView
  }>()
  const [outcome, setOutcome] = useState<Outcome>()
  const taking = useTaking(item, setOutcome)
  const Asked = asked === undefined ? undefined : dialogs[asked.step]
  return (
    <>
      {(steps.take || steps.others.length > 0) && (
        <fieldset className="buttons">
          <legend className="hidden-text">{handling.title}</legend>
          {steps.take && (
            <button
              type="button"
              disabled={!mayChange || taking.isPending}
              onClick={() => taking.mutate(undefined)}
            >
              {handling.take}
            </button>
          )}
          {steps.others.map((step) => (
            <button
              key={step}
              type="button"
              disabled={!mayChange || choices === undefined}
              onClick={() => setAsked({ step, seen: item })}
            >
              {handling[step]}
            </button>
          ))}
        </fieldset>
      )}
      {taking.error !== null && (
        <MoveRefused refusal={asRefusal(taking.error)} onClose={() => taking.reset()} />
      )}
      <OutcomeBox outcome={outcome} />
      {asked !== undefined && Asked !== undefined && choices !== undefined && (
        <Asked
          seen={asked.seen}
          choices={choices}
          onClose={() => setAsked(undefined)}
          onDone={setOutcome}
        />
      )}
    </>
  )
}

/** Which of the steps there are for this case and this person. */
function useSteps(item: CaseDetailView): {
  readonly take: boolean
  readonly others: readonly Step[]
} {
  const { user } = useSession()
  const mayGive = useCan('case.assign')
  const mayMove = useCan('case.move')
  const { data: choices } = useQuery(caseChoicesQuery)
  // The moves of a case are empty for those who may only look at it.
  const isOurs = item.closedAt === null && item.mergedInto === null && item.moves.length > 0
  if (!isOurs || choices === undefined) return { take: false, others: [] }
  const isMine = item.assignee === user.id
  const forwards = choices.partners.length > 0 && item.moves.includes('waiting_external')
  return {
    take: mayGive && !isMine && mayTake(choices, item.unit, user.id),
    others: [
      ...(mayGive ? (['give', 'correct'] as const) : []),
      ...(mayMove && forwards ? (['forward'] as const) : []),
    ],
  }
}

function useTaking(
  { id, version }: CaseDetailView,
  onOutcome: (outcome: Outcome | undefined) => void,
) {
  const { user } = useSession()
  const refresh = useRefresh(id)
  return useMutation<Given, Refusal, undefined>({
    mutationFn: () => giveCase(id, { version, person: 'me' }),
    onMutate: () => onOutcome(undefined),
    onSuccess: (given) => onOutcome({ kind: 'given', given, asked: user.id }),
    onSettled: refresh,
  })
}
