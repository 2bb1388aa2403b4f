import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LogRecord } from '../../src/domain/log-record.ts'
import { positionText } from '../../src/domain/position.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import { createDecoding, type DecodedEntry } from '../../src/ingest/decoding.ts'
import { loadCheckpoint } from '../../src/ingest/checkpoint.ts'
import { startDetection } from '../../src/ingest/detection.ts'
import type { DetectorInput } from '../../src/rules/detector.ts'
import { createDetector } from '../../src/rules/engine.ts'
import { north } from '../support/database.ts'
import { openField, said, startLamps, timerAt, wholeLog, type Field } from './field.ts'

/** How the service ends behind a record: with a checkpoint, or in the middle of everything. */
type End = 'none' | 'stopped' | 'killed'

interface Step {
  readonly record: LogRecord
  readonly end: End
}

const step = fc.record({
  wait: fc.oneof({ weight: 4, arbitrary: fc.nat(50) }, fc.nat(700)),
  power: fc.constantFrom(1, 1, 60),
  device: fc.constantFrom('lamp-1', 'lamp-2'),
  timer: fc.boolean(),
  end: fc.oneof(
    { weight: 3, arbitrary: fc.constant<End>('none') },
    fc.constantFrom<End>('stopped', 'killed'),
  ),
})

const histories: fc.Arbitrary<readonly Step[]> = fc
  .array(step, { minLength: 1, maxLength: 14 })
  .map((steps) => {
    let at = 0
    return steps.map(({ wait, power, device, timer, end }) => {
      at += wait
      const record = timer
        ? timerAt(at, north)
        : said({ at, power, device, organisation: north })
      return { record, end }
    })
  })

/** What was told, by its id; told twice it is still one. */
type Told = Map<string, string>

/** Everything the alarms are told on the way. */
async function live(field: Field, steps: readonly Step[]): Promise<Told> {
  await using killed = new AsyncDisposableStack()
  const told: Told = new Map()
  let alive = new AbortController()
  let consumer = await start(field, told, alive.signal)
  for (const { record, end } of steps) {
    await field.log.append(record)
    await consumer.settled()
    if (end === 'none') continue
    // A killed one saves nothing more. Here it lives on until the end, but nobody hears it.
    if (end === 'stopped') await consumer[Symbol.asyncDispose]()
    else killed.use(consumer)
    alive.abort()
    alive = new AbortController()
    consumer = await start(field, told, alive.signal)
  }
  await consumer.settled()
  await consumer[Symbol.asyncDispose]()
  return told
}

/** What the pure detector says of the same log, read in one go. */
async function straight(field: Field): Promise<Told> {
  const detector = createDetector(north)
  const decoding = createDecoding(field.configurations)
  const told: Told = new Map()
  for (const entry of await wholeLog(field.log)) {
    for (const one of detector.step(inputOf(await decoding.decode(entry)))) note(told, one)
  }
  return told
}

function inputOf(entry: DecodedEntry): DetectorInput {
  const { position } = entry
  switch (entry.kind) {
    case 'readings':
      return { kind: 'readings', decoded: entry }
    case 'control':
      return { kind: 'control', position, record: entry.record }
    case 'heartbeat':
      throw new Error('nobody beats here')
    case 'activation': {
      const { rules } = entry.configuration
      return { kind: 'activation', position, ingest: entry.record.ingest, rules }
    }
  }
}

async function start(field: Field, told: Told, dead: AbortSignal) {
  return startDetection({
    ...field,
    start: await loadCheckpoint(field.database, field.configurations, field.log),
    checkSuspend: () => Promise.resolve(),
    alarms: {
      take: (_organisation, transitions) => {
        if (!dead.aborted) for (const one of transitions) note(told, one)
        return Promise.resolve()
      },
    },
  })
}

function note(told: Told, one: DetectorTransition): void {
  const { position, ordinal, ...rest } = one
  const id = `${positionText(position)}/${ordinal}/${one.key.rule}/${one.key.asset}`
  const text = JSON.stringify(rest)
  const before = told.get(id)
  if (before !== undefined) expect(text).toBe(before)
  told.set(id, text)
}

it('tells the alarms the same, wherever the service is stopped or killed on the way', async () => {
  let transitions = 0
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      await using field = await openField()
      await startLamps(field, north)
      const told = await live(field, steps)
      transitions += told.size
      expect(told).toEqual(await straight(field))
    }),
    { numRuns: 8, endOnFailure: true },
  )
  expect(transitions).toBeGreaterThan(0)
})
