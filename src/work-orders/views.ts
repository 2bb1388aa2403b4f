import { z } from 'zod'
import { orderState } from './states.ts'

const time = z.iso.datetime()

const order = z.object({
  id: z.string(),
  /** The case's number and a count: `LYS-2026-000123-A1`. */
  number: z.string(),
  unit: z.object({ id: z.string(), name: z.string() }),
  state: orderState,
  /** What is to be done; null once it was erased. */
  text: z.string().nullable(),
  dueAt: time.nullable(),
  orderedAt: time,
  changedAt: time,
  version: z.int(),
  /** Ids of photos of the work, in the order in which they came. */
  photos: z.array(z.string()),
  /** Where whoever asks may put it now. */
  moves: z.array(orderState),
})

const said = z.object({
  at: time,
  state: orderState,
  /** Its words or its day were changed, and not its state. */
  changed: z.boolean(),
  text: z.string().nullable(),
})

/** An order as those see it who have its case. */
export const orderView = order.extend({
  case: z.string(),
  /** Organisation of the contractor who does it; null: a unit of the own. */
  contractor: z.string().nullable(),
  /** Oldest first. */
  history: z.array(said.extend({ actor: z.string() })),
})
export type OrderView = z.infer<typeof orderView>

/** Whom something can be ordered of for a case now. */
export const doerView = z.object({
  id: z.string(),
  name: z.string(),
  /** Another organisation does it; what is ordered leaves the house. */
  contractor: z.boolean(),
})
export type DoerView = z.infer<typeof doerView>

/** The same for its contractor: the work and where it is, and nothing else of the case. */
export const contractorOrderView = order.extend({
  organisation: z.object({ id: z.string(), name: z.string() }),
  case: z.object({
    number: z.string(),
    category: z.object({ id: z.string(), name: z.record(z.string(), z.string()) }),
    asset: z.object({ id: z.string(), name: z.string() }).nullable(),
    place: z.object({ lat: z.number(), lon: z.number() }).nullable(),
    address: z.string().nullable(),
  }),
  /** Oldest first; `own`: said by the contractor. */
  history: z.array(said.extend({ own: z.boolean() })),
})
export type ContractorOrderView = z.infer<typeof contractorOrderView>
