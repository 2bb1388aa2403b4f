import { z } from 'zod'
import { duration } from '../../domain/duration.ts'
import { HOUR, MS, SECOND } from '../../domain/time.ts'
import { bitOrEnum, pointFields } from '../point.ts'
import { parseCondition, parsePath } from './path.ts'

const dayUs = 24 * HOUR

const prefix = z.string().regex(/^[a-z][a-z0-9]*$/, 'small letters and digits: p, pumps')

const namespaceUri = z
  .string()
  .min(1)
  .max(500)
  .refine((uri) => !/^(?:ns=)?\d+$/.test(uri), {
    error:
      'a namespace is named by its URI (urn:kommun:pumpstation), never by index: servers number anew when they start',
  })

/** How the server watches one value for us. */
const itemFields = {
  /** How often the server looks; it may answer with what it can. */
  sampling: duration.refine((us) => us >= 10 * MS && us <= HOUR, '10ms to 1h'),
  /** Values the server keeps for us between two publishings, and while we are slow or away. */
  queue: z.int().min(1).max(10_000),
  /** A change smaller than this is none; percent is of the node's EURange. */
  deadband: z.union([
    z.literal('none'),
    z.strictObject({
      type: z.enum(['absolute', 'percent']),
      value: z.number().positive().max(1e9),
    }),
  ]),
} as const

const item = z.strictObject({
  sampling: itemFields.sampling.prefault('1s'),
  queue: itemFields.queue.default(60),
  deadband: itemFields.deadband.default('none'),
})

const subscription = z.strictObject({
  /** How often the server tells what changed. */
  publishing: duration
    .refine((us) => us >= 50 * MS && us <= HOUR, '50ms to 1h')
    .prefault('1s'),
  /** Publishings without any news until it says that it is alive; silent for three times that, it is gone. */
  keepAlive: z.int().min(3).max(1_000).default(10),
  /** Publishings that we may be away until the server forgets what it kept for us. */
  lifetime: z.int().min(9).max(100_000).default(600),
})

const backfill = z.strictObject({
  /** Read what was missed from the server's history, where a node has one. */
  historyRead: z.enum(['ifAvailable', 'never']).default('ifAvailable'),
  /** No further back than this. */
  max: duration
    .refine((us) => us >= SECOND && us <= 31 * dayUs, '1s to 31d')
    .prefault('7d'),
})

const events = z.strictObject({
  /** Keep what conditions of any node below the device say, although no point names them. */
  conditions: z.boolean().default(true),
})

/** What a type says of OPC UA as a whole. */
export const opcuaSection = z.strictObject({
  /** Prefix in paths → namespace URI. Never an index: servers number anew at every start. */
  namespaces: z.record(prefix, namespaceUri),
  subscription: subscription.prefault({}),
  /** For every point, unless it says otherwise itself. */
  item: item.prefault({}),
  backfill: backfill.prefault({}),
  /** Left out: only the conditions that points name are listened to. */
  events: events.optional(),
})
export type OpcuaSection = z.infer<typeof opcuaSection>

const pointPath = z
  .string()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const parsed = parsePath(text, 'device')
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.why })
  })

const condition = z
  .string()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const parsed = parseCondition(text)
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.why })
  })

/** A value that stands at a node, or a condition that is active or not. */
export const opcuaPoint = z
  .strictObject({
    ...pointFields,
    /** Browse path from the device's root: `p:WetWell/p:Level`; `*` where exactly one node fits. */
    path: pointPath.optional(),
    /** Source and name of a condition: `p:Pump1/Fault` is true while that condition is active. */
    condition: condition.optional(),
    /** What of a condition it is: whether it is active, or whether somebody has acknowledged it there. */
    says: z.enum(['active', 'acked']).optional(),
    item: z.strictObject(itemFields).partial().optional(),
  })
  .refine(...bitOrEnum)
  .refine(
    ({ path, condition: named }) => (path === undefined) !== (named === undefined),
    'either path (a value) or condition (an alarm of the server)',
  )
  .refine(({ condition: named, kind }) => named === undefined || kind === 'state', {
    error: 'a condition is active or not: kind: state',
    path: ['kind'],
  })
  .refine(({ condition: named, says }) => named !== undefined || says === undefined, {
    error: 'only a condition says active or acked',
    path: ['says'],
  })
  .refine(({ says, alarm }) => says !== 'acked' || alarm === undefined, {
    error: 'an acknowledgement is no alarm',
    path: ['alarm'],
  })
  .refine(({ condition: named, item: watched }) => named === undefined || !watched, {
    error: 'a condition is not sampled',
    path: ['item'],
  })
export type OpcuaPoint = z.infer<typeof opcuaPoint>

/** Where a device stands in the server's address space. */
export const opcuaAddress = z.strictObject({
  /** From the server's root; `{name}` stands for a parameter of the device, `{slug}` for its slug. */
  root: z
    .string()
    .min(1)
    .max(500)
    .superRefine((text, context) => {
      const parsed = parsePath(text, 'server')
      if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.why })
    }),
})
