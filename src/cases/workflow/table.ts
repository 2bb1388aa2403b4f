import type { CaseRole } from '../cases.ts'
import type { CaseState } from '../views.ts'

/** What a move must say. */
export type Need =
  /** Why it is closed. */
  | 'reason'
  /** Words: for the public, or for whoever it goes back to. */
  | 'text'
  /** A day: when it is planned, or until when an answer is waited for. */
  | 'time'
  /** Who has it outside. */
  | 'outside'

/** Who may make a move, and what it must say. */
export interface Step {
  readonly roles: readonly CaseRole[]
  readonly needs: readonly Need[]
}

type Steps = Readonly<Partial<Record<CaseState, Step>>>

const H = ['handler', 'administrator'] as const
const HU = [...H, 'contractor'] as const
const KH = [...H, 'customer_service'] as const
/** Timers, alarms, and answers of reporters. */
const S = ['system'] as const

function by(roles: readonly CaseRole[], ...needs: readonly Need[]): Step {
  return { roles, needs }
}

const ask = by(KH, 'text', 'time')
const handOut = by([...H, ...S], 'outside')
const hide = by(['customer_service', 'administrator'], 'text')
const close = by([...H, ...S], 'reason')
/** Before anybody worked on it, the front desk and the one who reported it may end it too. */
const closeEarly = by([...KH, ...S, 'reporter', 'partner'], 'reason')
const work = by([...HU, ...S])
const plan = by([...HU, ...S], 'time')
const done = by([...HU, ...S])
const answered = by([...H, ...S])

/** Where a case goes that waits no longer. */
const back: Steps = {
  received: answered,
  assigned: answered,
  investigating: answered,
  planned: answered,
  in_progress: answered,
  done_reported: by([...H, ...S]),
}

/**
 * Every move there is: from a state, to a state, by whom and with what. What is not here is refused.
 *
 *   received → assigned ⇄ investigating ⇄ planned ⇄ in_progress → done_reported → closed
 *                 any of them ⇄ waiting_reporter, ⇄ waiting_external
 *   closed → reopen_requested → in_progress or assigned, or closed again
 *   anything ⇄ hidden
 */
export const moves: Readonly<Record<CaseState, Steps>> = {
  received: {
    assigned: by([...KH, ...S]),
    investigating: by(H),
    planned: by(H, 'time'),
    in_progress: by(H),
    waiting_reporter: ask,
    waiting_external: handOut,
    done_reported: by(S),
    closed: closeEarly,
    hidden: hide,
  },
  assigned: {
    received: by([...KH, ...S]),
    investigating: work,
    planned: plan,
    in_progress: work,
    waiting_reporter: ask,
    waiting_external: handOut,
    done_reported: done,
    closed: closeEarly,
    hidden: hide,
  },
  investigating: {
    assigned: work,
    planned: plan,
    in_progress: work,
    waiting_reporter: ask,
    waiting_external: handOut,
    done_reported: done,
    closed: close,
    hidden: hide,
  },
  planned: {
    assigned: work,
    investigating: work,
    in_progress: work,
    waiting_reporter: ask,
    waiting_external: handOut,
    done_reported: done,
    closed: close,
    hidden: hide,
  },
  in_progress: {
    assigned: work,
    investigating: work,
    planned: plan,
    waiting_reporter: ask,
    waiting_external: handOut,
    done_reported: done,
    closed: close,
    hidden: hide,
  },
  waiting_reporter: { ...back, waiting_external: by(S), closed: close, hidden: hide },
  waiting_external: {
    ...back,
    planned: by([...H, ...S], 'time'),
    waiting_reporter: ask,
    closed: close,
    hidden: hide,
  },
  done_reported: {
    // An alarm that comes back puts it where it was.
    received: by(S),
    assigned: by(S),
    investigating: by(S),
    planned: by(S),
    // What comes back to whoever said that it is done says what is missing.
    in_progress: by([...H, ...S], 'text'),
    waiting_reporter: ask,
    waiting_external: handOut,
    closed: close,
    hidden: hide,
  },
  closed: {
    assigned: by(H, 'text'),
    reopen_requested: by(['reporter', 'partner', 'system', 'customer_service']),
    hidden: hide,
  },
  reopen_requested: {
    assigned: by(KH),
    in_progress: by(KH),
    closed: by(H, 'reason', 'text'),
    hidden: hide,
  },
  // Only to where it was; see `unhide`.
  hidden: {
    received: by(['customer_service', 'administrator']),
    assigned: by(['customer_service', 'administrator']),
    investigating: by(['customer_service', 'administrator']),
    planned: by(['customer_service', 'administrator']),
    in_progress: by(['customer_service', 'administrator']),
    waiting_reporter: by(['customer_service', 'administrator']),
    waiting_external: by(['customer_service', 'administrator']),
    done_reported: by(['customer_service', 'administrator']),
    closed: by(['customer_service', 'administrator']),
    reopen_requested: by(['customer_service', 'administrator']),
  },
}

/** States whose case is settled, asked about again, or out of sight: it holds no asset. */
export const settled: ReadonlySet<CaseState> = new Set([
  'closed',
  'reopen_requested',
  'hidden',
])

/** What a move depends on of the case as it is. */
export interface Standing {
  readonly state: CaseState
  /** Where one that is hidden or waits for its reporter was before. */
  readonly priorState: CaseState | null
}

/** Where this role may put the case now, in the order of the table. */
export function allowedMoves(
  { state, priorState }: Standing,
  role: CaseRole,
): readonly CaseState[] {
  return targets.filter((to) => {
    if (state === 'hidden' && to !== priorState) return false
    return moves[state][to]?.roles.includes(role) === true
  })
}

/** In the order in which people are offered them. */
const targets: readonly CaseState[] = [
  'received',
  'assigned',
  'investigating',
  'planned',
  'in_progress',
  'waiting_reporter',
  'waiting_external',
  'done_reported',
  'closed',
  'reopen_requested',
  'hidden',
]
