import { z } from 'zod'
import { casePriority, caseState, closingReason, matter } from '../cases/views.ts'

const time = z.iso.datetime()

/** A case as its contractor sees it: the work, and nothing of who says what inside. */
export const contractorCaseView = z.object({
  organisation: z.object({ id: z.string(), name: z.string() }),
  id: z.string(),
  number: z.string(),
  state: caseState,
  closingReason: closingReason.nullable(),
  category: z.object({ id: z.string(), name: z.record(z.string(), z.string()) }),
  asset: z.object({ id: z.string(), name: z.string() }).nullable(),
  place: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  address: z.string().nullable(),
  matter,
  priority: casePriority,
  version: z.int(),
  openedAt: time,
  changedAt: time,
  closedAt: time.nullable(),
  plannedFor: time.nullable(),
  dueAt: time.nullable(),
})
export type ContractorCaseView = z.infer<typeof contractorCaseView>

export const contractorDetailView = contractorCaseView.extend({
  /** What the public knows, and what the contractor did itself. */
  events: z.array(
    z.object({
      at: time,
      kind: z.string(),
      own: z.boolean(),
      from: caseState.nullable(),
      to: caseState.nullable(),
      text: z.string().nullable(),
    }),
  ),
  /** Ids of photos: what the organisation or the contractor took, and what was shown to the public. */
  photos: z.array(z.string()),
  /** Where the contractor may put it now. */
  moves: z.array(caseState),
  /** Who reported it, in their own words; null unless that was allowed for this case. */
  reporters: z
    .array(
      z.object({
        receivedAt: time,
        name: z.string().nullable(),
        email: z.string().nullable(),
        phone: z.string().nullable(),
        text: z.string(),
      }),
    )
    .nullable(),
})
export type ContractorDetailView = z.infer<typeof contractorDetailView>

/** Whether the contractor of a case knows who reported it, for the organisation. */
export const sharingView = z.object({
  /** Its organisation. */
  contractor: z.string(),
  /** False: the contract says never. */
  mayShow: z.boolean(),
  shown: z.boolean(),
})
export type SharingView = z.infer<typeof sharingView>
