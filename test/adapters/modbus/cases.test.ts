import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Fault } from '../../../src/adapters/modbus/faults.ts'
import { duration } from '../../../src/domain/duration.ts'
import { until } from '../../support/until.ts'
import { bankOf, deviceAt, serverFor, startPolling, typeOf } from './polling.ts'

const anything = z.record(z.string(), z.unknown())
const fault = z.union([
  z.strictObject({ kind: z.literal('late'), by: duration }),
  z.looseObject({ kind: z.string() }),
])

/** What a peer does, and what must come out of it. */
const caseFile = z.strictObject({
  name: z.string(),
  why: z.string(),
  transport: z.enum(['tcp', 'rtu-over-tcp']).default('tcp'),
  settings: anything.default({}),
  modbus: anything.default({}),
  points: z.record(z.string(), anything),
  /** Unit → table → first address → values. */
  units: z.record(
    z.string(),
    z.record(z.string(), z.record(z.string(), z.array(z.number()))),
  ),
  /** Units that devices stand for and nobody answers at. */
  absent: z.array(z.number()).default([]),
  /** In the order of the questions to the unit, from 1; `to` left out: only that one. */
  faults: z
    .array(
      z.strictObject({
        unit: z.number().default(1),
        from: z.number(),
        to: z.number().optional(),
        fault,
      }),
    )
    .default([]),
  /** Unit → what its first polls say. */
  polls: z.record(z.string(), z.array(anything)),
  /** Unit → the questions it hears first, `table code address+count`. */
  questions: z.record(z.string(), z.array(z.string())).default({}),
  /** Connections that this takes. */
  connections: z.number().optional(),
})

const folder = join(import.meta.dirname, 'cases')

describe('a peer that', () => {
  for (const quirk of readdirSync(folder).toSorted()) {
    const file = readFileSync(join(folder, quirk, 'case.yaml'), 'utf8')
    const one = caseFile.parse(parse(file))
    test(`${one.name} (${quirk})`, async () => {
      const heard = new Map<number, number>()
      const units = new Map(
        Object.entries(one.units).map(([unit, tables]) => [Number(unit), bankOf(tables)]),
      )
      await using server = await serverFor(units, {
        framing: one.transport === 'tcp' ? 'tcp' : 'rtu',
        fault: ({ unit }) => {
          const nth = (heard.get(unit) ?? 0) + 1
          heard.set(unit, nth)
          return one.faults.find(
            ({ unit: at, from, to = from }) => at === unit && nth >= from && nth <= to,
          )?.fault as Fault | undefined
        },
      })
      const type = typeOf(one.points, one.modbus)
      const devices = [...units.keys(), ...one.absent].map((unit) => deviceAt(unit, type))
      await using polling = await startPolling({
        port: server.port,
        devices,
        settings: { transport: one.transport, ...one.settings },
      })
      for (const [unit, expected] of Object.entries(one.polls)) {
        const id = `unit-${unit}`
        await until(
          () =>
            polling.stored.filter(({ device }) => device === id).length >= expected.length,
        )
        const polls = await polling.polls(id)
        expect(polls.slice(0, expected.length)).toEqual(expected)
      }
      expect(server.connections).toBe(one.connections ?? server.connections)
      for (const [unit, expected] of Object.entries(one.questions)) {
        const questions = server.asked
          .filter((ask) => ask.unit === Number(unit))
          .map(({ functionCode, address, count }) => `${functionCode} ${address}+${count}`)
        expect(questions.slice(0, expected.length)).toEqual(expected)
      }
    })
  }
})
