import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LogRecord } from '../../src/domain/log-record.ts'
import { positionText } from '../../src/domain/position.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import { startDetection } from '../../src/ingest/detection.ts'
import { north } from '../support/database.ts'
import { openField, said, startLamps, timerAt, type Field } from './field.ts'

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

/** Everything the alarms are told, by its id; told twice it is still one. */
async function toldBy(steps: readonly Step[]): Promise<ReadonlyMap<string, string>> {
  await using field = await openField()
  await using killed = new AsyncDisposableStack()
  await startLamps(field, north)
  const told = new Map<string, string>()
  let consumer = await start(field, told)
  for (const { record, end } of steps) {
    await field.log.append(record)
    await consumer.settled()
    if (end === 'none') continue
    // A killed one leaves its last checkpoint behind; here it only stands aside until the end.
    if (end === 'stopped') await consumer[Symbol.asyncDispose]()
    else killed.use(consumer)
    consumer = await start(field, told)
  }
  await consumer.settled()
  await consumer[Symbol.asyncDispose]()
  return told
}

function start(field: Field, told: Map<string, string>) {
  return startDetection({
    ...field,
    checkSuspend: () => Promise.resolve(),
    alarms: {
      take: (_organisation, transitions) => {
        for (const one of transitions) note(told, one)
        return Promise.resolve()
      },
    },
  })
}

function note(told: Map<string, string>, one: DetectorTransition): void {
  const { position, ordinal, ...rest } = one
  const id = `${positionText(position)}/${ordinal}/${one.key.rule}/${one.key.asset}`
  const text = JSON.stringify(rest)
  const before = told.get(id)
  if (before !== undefined) expect(text).toBe(before)
  told.set(id, text)
}

it('tells the alarms the same, wherever the service is stopped or killed on the way', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const straight = steps.map((one): Step => ({ ...one, end: 'none' }))
      expect(await toldBy(steps)).toEqual(await toldBy(straight))
    }),
    { numRuns: 10, endOnFailure: true },
  )
})
