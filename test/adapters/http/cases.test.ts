import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { deviceOf, startIntake, token, type Intaking } from './intaking.ts'

/**
 * One folder per habit of a sender: `request.json` is what it sends, `expect.json` what becomes of it.
 */
const cases = join(import.meta.dirname, 'cases')
const request = z.strictObject({
  settings: z.record(z.string(), z.unknown()),
  method: z.string().default('POST'),
  rest: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.json().optional(),
})
const expected = z.strictObject({
  status: z.int(),
  answer: z.json().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** Device → topics and payloads; `same` is the body as it was sent. */
  stored: z.array(
    z.strictObject({
      device: z.string(),
      topic: z.string(),
      payload: z.union([z.literal('same'), z.json()]),
    }),
  ),
  strangers: z.array(z.string()).default([]),
  refused: z.array(z.string()).default([]),
})

const devices = [
  deviceOf('lorawan', 'lamp-1', { devEui: '0102030405060708' }),
  deviceOf('talq', 'lamp-2', { address: '3F2A77B0-5E63-4A6E-9E0B-0E5C1B9D2A11' }),
  deviceOf('http', 'well-1', { id: 'W1' }),
]

let field: Intaking
afterEach(() => field[Symbol.asyncDispose]())

describe('a sender and its habits', () => {
  it.each(readdirSync(cases))('%s', async (folder) => {
    const read = (name: string): unknown =>
      JSON.parse(readFileSync(join(cases, folder, name), 'utf8'))
    const sent = request.parse(read('request.json'))
    const wanted = expected.parse(read('expect.json'))
    field = await startIntake({
      settings: sent.settings,
      devices: devices.filter(fits(sent)),
    })
    const text = sent.body === undefined ? undefined : JSON.stringify(sent.body, null, 1)
    const answer = await field.post(text ?? '', {
      method: sent.method,
      rest: sent.rest,
      headers: {
        authorization: `Bearer ${token}`,
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      ...(text === undefined && { body: null }),
    })
    const said = await answer.text()
    expect({ status: answer.status, said }).toMatchObject({ status: wanted.status })
    expect(said === '' ? undefined : shown(JSON.parse(said), wanted.answer)).toEqual(
      wanted.answer,
    )
    for (const [name, value] of Object.entries(wanted.headers)) {
      expect(answer.headers.get(name)).toBe(value)
    }
    expect(
      field.stored.map(({ device, topic, payload }) => ({
        device,
        topic,
        payload:
          Buffer.from(payload).toString() === text
            ? 'same'
            : (JSON.parse(Buffer.from(payload).toString()) as unknown),
      })),
    ).toEqual(wanted.stored)
    expect(field.strangers.map(({ identity }) => identity)).toEqual(wanted.strangers)
    expect(field.refusals.map(({ reason }) => reason)).toEqual(wanted.refused)
  })
})

/** Only the devices that speak as the connection does. */
function fits({ settings }: z.infer<typeof request>) {
  const protocol: unknown = { talq: 'talq', json: 'http', line: 'http' }[
    String(settings['format'])
  ]
  return ({ type }: (typeof devices)[number]): boolean =>
    type.protocol === (protocol ?? 'lorawan')
}

/** The answer, with what fits a pattern (`/…/`) of the expectation replaced by the pattern. */
function shown(value: unknown, wanted: unknown): unknown {
  if (typeof value === 'string' && typeof wanted === 'string') {
    const pattern = /^\/(.*)\/$/.exec(wanted)?.[1]
    return pattern !== undefined && new RegExp(pattern, 'u').test(value) ? wanted : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (typeof wanted !== 'object' || wanted === null) return value
  const below = (name: string, one: unknown): unknown =>
    shown(one, (wanted as Record<string, unknown>)[name])
  if (Array.isArray(value)) return value.map((one, index) => below(String(index), one))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, below(name, one)]),
  )
}
