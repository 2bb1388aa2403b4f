import { z } from 'zod'
import type { Desks, DeskState, ToldMessage } from '../annunciation/desks.ts'
import { causes } from '../annunciation/steps.ts'
import type { TestResult } from '../annunciation/try-desk.ts'
import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'

const time = z.iso.datetime()
/** Why a step is taken, see the README of `annunciation`. */
const because = z.enum(causes)
const duration = z.int().describe('seconds')

/** A desk, who is on duty for it, and what it is calling somebody for. */
export const deskView = z.object({
  id: z.string(),
  name: z.string(),
  order: z.int(),
  /** Whom each step tells: `channel:crew`, `person:anna`, `rota:night`. */
  steps: z.array(
    z.object({
      to: z.array(z.string()),
      afterSeconds: duration,
      /** Null: the step is there for all of them. */
      onlyPriorities: z.array(z.int()).nullable(),
    }),
  ),
  /** By priority. */
  acknowledgeWithinSeconds: z.record(z.string(), duration),
  rotas: z.array(z.object({ rota: z.string(), onDuty: z.string().nullable() })),
  /** Channels whose receiver said that it is gone. */
  outOfOrder: z.array(z.object({ channel: z.string(), reason: z.string() })),
  /** The most urgent first, 500 at most. */
  underway: z.array(
    z.object({
      alarm: z.string(),
      occurrence: z.string(),
      priority: z.int(),
      since: time,
      /** The step that is next, from 0. */
      step: z.int(),
      due: time.nullable(),
      /** Why it comes when it comes. */
      because,
    }),
  ),
  /** When the last sign of life went the whole way; null where there is none. */
  heartbeatAt: time.nullable(),
})
export type DeskView = z.infer<typeof deskView>

export const deskListView = z.object({ desks: z.array(deskView) })

/** A message, and how each of its letters or calls fared. */
export const deliveryView = z.object({
  id: z.string(),
  recipient: z.string(),
  kind: z.enum(['alarms', 'test', 'heartbeat']),
  at: time,
  raised: z.int(),
  updated: z.int(),
  cleared: z.int(),
  reminded: z.int(),
  /** Why the step was taken that told of a raise; null where the message brings none. */
  because: because.nullable(),
  deliveries: z.array(
    z.object({
      state: z.enum(['waiting', 'delivered', 'failed']),
      attempts: z.int(),
      deliveredAt: time.nullable(),
      error: z.string().nullable(),
    }),
  ),
})

export type DeliveryView = z.infer<typeof deliveryView>

export const deliveryListView = z.object({ deliveries: z.array(deliveryView) })

/** How a test went, by recipient. */
export const deskTestView = z.object({
  results: z.array(
    z.object({
      recipient: z.string(),
      how: z.enum(['arrived', 'waiting', 'failed', 'out of order']),
      error: z.string().nullable(),
    }),
  ),
})
export const channelEnabledView = z.object({
  /** False: it was in use already. */
  enabled: z.boolean(),
})

export type DeskTestView = z.infer<typeof deskTestView>

const second = 1_000_000

export function deskViewOf({ id, desk, ...state }: DeskState): DeskView {
  const { name, order, steps, acknowledgeWithin } = desk
  const { onDuty, disabled, underway, heartbeatAt } = state
  return {
    id,
    name,
    order,
    steps: steps.map(({ to, after, only }) => ({
      to: to.map((target) => Object.entries(target).flat().join(':')),
      afterSeconds: Math.round(after / second),
      onlyPriorities: only?.priorities ?? null,
    })),
    acknowledgeWithinSeconds: Object.fromEntries(
      Object.entries(acknowledgeWithin).flatMap(([priority, goal]) =>
        goal === undefined ? [] : [[priority, Math.round(goal / second)]],
      ),
    ),
    rotas: [...onDuty].map(([rota, person]) => ({ rota, onDuty: person ?? null })),
    outOfOrder: [...disabled].map(([channel, reason]) => ({ channel, reason })),
    underway: underway.map(({ since, due, ...one }) =>
      Object.assign(one, {
        since: toIso(since),
        due: due === undefined ? null : toIso(due),
      }),
    ),
    heartbeatAt: heartbeatAt === undefined ? null : toIso(heartbeatAt),
  }
}

export function deliveryViewOf({
  at,
  because: why,
  deliveries,
  ...message
}: ToldMessage): z.infer<typeof deliveryView> {
  return {
    ...message,
    at: toIso(at),
    because: why ?? null,
    deliveries: deliveries.map(({ state, attempts, deliveredAt, error }) => ({
      state,
      attempts,
      deliveredAt: deliveredAt === undefined ? null : toIso(deliveredAt),
      error: error ?? null,
    })),
  }
}

export function deskTestViewOf(results: readonly TestResult[]): DeskTestView {
  return {
    results: results.map(({ recipient, how, error }) => {
      return { recipient, how, error: error ?? null }
    }),
  }
}

/** What routes of desks need beside the rest. */
export interface DeskParts {
  /** Left out: this process knows no desks. */
  readonly desks?: Desks
}

/** The desks. Throws Problem unavailable in a process that knows none. */
export function desksOf({ desks }: DeskParts): Desks {
  if (desks !== undefined) return desks
  throw new Problem({
    kind: 'unavailable',
    what: 'This process knows no desks',
    next: 'Ask where the whole service runs',
  })
}
