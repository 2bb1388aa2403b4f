import { useState } from 'react'
import type { CaseDetailView, CaseState } from '../../cases/views.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import type { CaseMessages } from '../messages/messages-cases.ts'
import { MoveDialog } from './move-dialog.tsx'

interface Asked {
  readonly to: CaseState
  /** The case as it was when the button was pressed: what the person decided on. */
  readonly seen: CaseDetailView
}

/** The moves that the state allows, each with a dialog that says more. */
export function CaseMoves({ item }: { readonly item: CaseDetailView }) {
  const { cases } = useMessages()
  const mayChange = useMayChange()
  const [asked, setAsked] = useState<Asked>()
  return (
    <fieldset className="buttons">
      <legend className="hidden-text">{cases.moves}</legend>
      {item.moves.map((to) => (
        <button
          key={to}
          type="button"
          disabled={!mayChange}
          onClick={() => setAsked({ to, seen: item })}
        >
          {moveText(item.state, to, cases)}
        </button>
      ))}
      {asked !== undefined && (
        <MoveDialog
          to={asked.to}
          seen={asked.seen}
          title={moveText(asked.seen.state, asked.to, cases)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </fieldset>
  )
}

function moveText(from: CaseState, to: CaseState, cases: CaseMessages): string {
  if (from === 'hidden') return cases.unhide
  const again = from === 'closed' || from === 'reopen_requested'
  return again && (to === 'assigned' || to === 'in_progress')
    ? cases.reopen
    : cases.moveTo[to]
}
