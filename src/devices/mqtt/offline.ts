import { z } from 'zod'
import { compilePath } from '../json/path.ts'
import { createMessageParser } from '../json/parse-message.ts'
import { jsonPath } from '../json/type.ts'

/** What a message says when the device has gone: exactly this text, or this value in its JSON. */
const goneMessage = z.union(
  [
    z.string().min(1).max(200),
    z.strictObject({
      path: jsonPath,
      equals: z.union([z.string().max(200), z.number(), z.boolean()]),
    }),
  ],
  { error: 'a text such as offline, or { path: $.online, equals: false }' },
)

/** A last will: what the broker says in the device's name when it loses it. */
export const mqttOffline = z.strictObject({
  /** Topic with `{device}` as a level of its own, and `{organisation}`. */
  topic: z
    .string()
    .max(200)
    .refine((t) => t.split('/').includes('{device}'), 'a topic with a level {device}')
    .refine((t) => !/[+#]/.test(t), 'no wildcards'),
  payload: goneMessage,
})
export type MqttOffline = z.infer<typeof mqttOffline>

/** Understands the last wills of one type; made once for it. */
export interface OfflineReader {
  /** Whether a message on this topic speaks of the connection and not of the points. */
  readonly hears: (topic: string) => boolean
  /** Whether it says that the device has gone. Never throws; what it cannot read says nothing. */
  readonly saysGone: (payload: Uint8Array) => boolean
}

/** Undefined when the type has no last will. */
export function offlineReader(offline: MqttOffline | undefined): OfflineReader | undefined {
  if (offline === undefined) return undefined
  const { topic, payload } = offline
  const [before = '', ...parts] = topic.split(/\{organisation\}|\{device\}/)
  const end = parts.at(-1) ?? ''
  const levels = topic.split('/')
  return {
    // Both ends are literal, which tells almost every other topic.
    hears: (heard) =>
      heard.startsWith(before) && heard.endsWith(end) && isAlike(heard, levels),
    saysGone: typeof payload === 'string' ? sameText(payload) : sameValue(payload),
  }
}

/** Why topics of values and last wills could be mistaken for each other; undefined: they cannot. */
export function mistakenTopics(values: string, wills: string): string | undefined {
  const [some, others] = [values.split('/'), wills.split('/')]
  const differs = some.some((level, at) => {
    const other = others[at] ?? ''
    return !isIdentity(level) && !isIdentity(other) && level !== other
  })
  if (some.length !== others.length || differs) return undefined
  return 'a topic that differs from mqtt.topic in a level without {device} and {organisation}'
}

function isIdentity(level: string): boolean {
  return /\{(?:organisation|device)\}/.test(level)
}

function isAlike(topic: string, levels: readonly string[]): boolean {
  const heard = topic.split('/')
  return (
    heard.length === levels.length &&
    levels.every((level, at) => isIdentity(level) || level === heard[at])
  )
}

function sameText(text: string): OfflineReader['saysGone'] {
  const bytes = Buffer.from(text)
  return (payload) => bytes.equals(payload)
}

function sameValue({
  path,
  equals,
}: Exclude<MqttOffline['payload'], string>): OfflineReader['saysGone'] {
  const parse = createMessageParser()
  const { read } = compilePath(path)
  return (payload) => {
    const parsed = parse(payload)
    return parsed.ok && read(parsed.root) === equals
  }
}
