import { z } from 'zod'

/** How far an order has come. */
export const orderState = z.enum([
  'ordered',
  'accepted',
  'done',
  'approved',
  'declined',
  'cancelled',
])
export type OrderState = z.infer<typeof orderState>

/** Who does something to an order: those who have its case, or those who do the work. */
export type OrderRole = 'orderer' | 'doer'

interface Step {
  /** Those who have the case may note what the others said, so they may do all of it. */
  readonly by: 'orderer' | 'both'
  /** It must be said why. */
  readonly words?: true
}

/** Every move there is. What is not here is refused. */
const steps: Readonly<Record<OrderState, Readonly<Partial<Record<OrderState, Step>>>>> = {
  ordered: {
    accepted: { by: 'both' },
    declined: { by: 'both', words: true },
    cancelled: { by: 'orderer' },
  },
  accepted: {
    done: { by: 'both' },
    declined: { by: 'both', words: true },
    cancelled: { by: 'orderer' },
  },
  done: {
    approved: { by: 'orderer' },
    accepted: { by: 'orderer', words: true },
  },
  approved: {},
  declined: {},
  cancelled: {},
}

/** States after which nothing more is done. */
export const ended: ReadonlySet<OrderState> = new Set(['approved', 'declined', 'cancelled'])

/** What only those who ordered it decide; they also send back what was said to be done. */
export const ordererStates: ReadonlySet<OrderState> = new Set([
  'ordered',
  'approved',
  'cancelled',
])

/** Where this one may put the order now, in the order of the states. Pure. */
export function orderMoves(state: OrderState, role: OrderRole): readonly OrderState[] {
  return orderState.options.filter((to) => {
    const step = steps[state][to]
    return step !== undefined && (role === 'orderer' || step.by === 'both')
  })
}

/** Must this move say why? Pure. */
export function needsWords(from: OrderState, to: OrderState): boolean {
  return steps[from][to]?.words === true
}

/** What becomes of an order when its case is settled: what was done is taken as it is. Pure. */
export function settledState(state: OrderState): OrderState {
  if (ended.has(state)) return state
  return state === 'done' ? 'approved' : 'cancelled'
}
