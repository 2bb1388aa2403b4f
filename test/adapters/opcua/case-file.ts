import { z } from 'zod'

const anything = z.record(z.string(), z.unknown())

/** A value with the built-in type that the server sends it as. */
const value = z.strictObject({
  type: z.string().default('Double'),
  /** 64 bits as text, byte strings in base64, times in ISO 8601, a number as `String` is a text of that length. */
  value: z.unknown().optional(),
  /** Name of a StatusCode. */
  status: z.string().default('Good'),
})

/** A server as it starts. */
const server = z.strictObject({
  certificate: z.enum(['plc', 'expired', 'early']).default('plc'),
  security: z.enum(['all', 'None']).default('all'),
  /** Registered before the type's own. */
  namespacesBefore: z.array(z.string()).default([]),
  /** Who may come in; left out: anybody. */
  users: z.record(z.string(), z.string()).optional(),
  /** Below the station: browse name → what it says. */
  nodes: z.record(z.string(), value).default({}),
})

const step = z.union([
  /** We begin to listen; before that, nobody does. */
  z.strictObject({
    listen: z.strictObject({
      trust: z.boolean().default(true),
      settings: anything.default({}),
      limits: anything.default({}),
      secrets: z.record(z.string(), z.string()).default({}),
    }),
  }),
  /** Points of the type have these values from now on. */
  z.strictObject({ set: z.record(z.string(), z.union([z.number(), z.boolean()])) }),
  /** Nodes say this from now on, whatever the type makes of it; one that is not there is added. */
  z.strictObject({ nodes: z.record(z.string(), value) }),
  /** What the network between us does from now on. */
  z.strictObject({
    network: z.enum(['none', 'stall', 'bytewise', 'delay', 'reset mid-frame', 'garble']),
  }),
  /** All connections end. */
  z.strictObject({ cut: z.literal(true) }),
  /** The server forgets its subscriptions. */
  z.strictObject({ forget: z.literal(true) }),
  /** Another server stands at the same address from now on, and the one before is gone. */
  z.strictObject({ restart: server }),

  /** Waits until what rules and charts take for the newest of a point is this. */
  z.strictObject({ newest: z.record(z.string(), anything) }),
  /** Waits until these values were said of a point at any time. */
  z.strictObject({ heard: z.record(z.string(), z.array(z.unknown())) }),
  /** Waits until there is a gap; all of them are of these paths (`all`: of the device). */
  z.strictObject({ gaps: z.array(z.string()) }),
  /** Waits for the connection's health. */
  z.strictObject({ state: z.string(), detail: z.string().optional() }),
  /** Waits for the device's health. */
  z.strictObject({ device: z.string(), detail: z.string().optional() }),
  /** Connections to the server that were made so far. */
  z.strictObject({ connections: z.number() }),
  /** Messages in the log. */
  z.strictObject({ stored: z.number() }),
])
export type Step = z.infer<typeof step>
export type NodeValue = z.infer<typeof value>
export type ServerFile = z.infer<typeof server>

/** What a server and the network do, and what must come out of it. */
export const caseFile = z.strictObject({
  name: z.string(),
  why: z.string(),
  /** What the type has otherwise than the station of the tests. */
  type: z
    .strictObject({
      points: z.record(z.string(), z.unknown()).optional(),
      opcua: anything.optional(),
      interval: z.string().optional(),
    })
    .default({}),
  /** The points that the server has; left out: those of the type. */
  serves: z.enum(['type', 'station']).default('type'),
  server: server.prefault({}),
  steps: z.array(step).min(1),
})
export type CaseFile = z.infer<typeof caseFile>
