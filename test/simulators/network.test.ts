import { describe, expect, it } from 'vitest'
import { publishTown } from '../../simulators/publish.ts'
import { replay, type RecordedRow, type ReplayParts } from '../../simulators/replay.ts'
import { createTown } from '../../simulators/town.ts'
import { durationUs, later, MINUTE, SECOND, timeUs, toIso } from '../../src/domain/time.ts'
import { freePorts } from '../support/process.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { startField, topicOf, type Field } from '../support/mqtt.ts'
import { until } from '../support/until.ts'
import { refusalOf } from '../support/problems.ts'

const seconds = (count: number) => durationUs(count * SECOND)
const text = ({ payload }: { payload: Uint8Array }) => Buffer.from(payload).toString()
const right = (username: string) => ({ username, secret: 'right' })

describe('the town on the network', () => {
  const lamps = ['lamp-1', 'lamp-2']

  function town(clock: ManualClock) {
    const place = { lat: 58, lon: 11 }
    const devices = lamps.map((device) => {
      return { device, kind: 'lamp', topic: topicOf(device), place } as const
    })
    return createTown({ seed: 1, start: clock.now(), devices })
  }

  async function publish(field: Field, clock: ManualClock, failures: string[] = []) {
    return publishTown({
      town: town(clock),
      clock,
      url: `mqtt://127.0.0.1:${field.port}`,
      credentials: new Map(lamps.map((lamp) => [lamp, right(lamp)])),
      failed: (device) => failures.push(device),
    })
  }

  it('lets every device speak for itself when its time has come', async () => {
    await using field = await startField()
    const clock = createManualClock()
    await using _ = await publish(field, clock)
    for (const round of [1, 2, 3]) {
      clock.advance(MINUTE)
      await until(() => field.stored.length === round * 2)
    }
    const expected = town(createManualClock()).advance(later(clock.now(), durationUs(0)))
    for (const lamp of lamps) {
      const own = field.stored.filter(({ device }) => device === lamp)
      const meant = expected.filter(({ device }) => device === lamp)
      expect(own.map(text)).toEqual(meant.map(({ payload }) => payload))
    }
    expect(field.refusals).toEqual([])
  })

  it('ends every connection, and leaves no timer, when it is stopped', async () => {
    await using field = await startField()
    const clock = createManualClock()
    const speaking = await publish(field, clock)
    await speaking[Symbol.asyncDispose]()
    expect(clock.pending()).toBe(0)
    clock.advance(MINUTE)
    expect(field.stored).toEqual([])
  })

  it('speaks on when the broker was away', async () => {
    const clock = createManualClock()
    const field = await startField()
    await using _ = await publish(field, clock)
    clock.advance(MINUTE)
    await until(() => field.stored.length === 2)
    await field[Symbol.asyncDispose]()
    clock.advance(MINUTE)
    await using again = await startField({ port: field.port })
    await until(() => {
      if (again.stored.length < 2) clock.advance(MINUTE)
      return new Set(again.stored.map(({ device }) => device)).size === 2
    })
    expect(again.refusals).toEqual([])
  })
})

const recorded = timeUs(Date.UTC(2026, 0, 1) * 1_000)

async function* rows(count: number, gap = 60): AsyncGenerator<RecordedRow> {
  for (let index = 0; index < count; index += 1) {
    yield { at: later(recorded, seconds(index * gap)), values: { flow: index, p: null } }
  }
}

/** A file with a mistake behind its first row. */
async function* broken(): AsyncGenerator<RecordedRow> {
  yield* rows(1)
  throw new Error('line 3 is not a row')
}

function parts(clock: ManualClock, port: number, changes: Partial<ReplayParts> = {}) {
  return {
    rows: rows(3),
    speed: 20,
    times: 'now',
    clock,
    url: `mqtt://127.0.0.1:${port}`,
    topic: topicOf('rig-1'),
    credential: right('rig-1'),
    clientId: 'rig-1',
    progress: () => undefined,
    stop: new AbortController().signal,
    ...changes,
  } satisfies ReplayParts
}

describe('a recording that is sent again', () => {
  it('comes at the pace of the recording, times its speed, with the times of now', async () => {
    await using field = await startField()
    const clock = createManualClock()
    const begun = clock.now()
    const sending = replay(parts(clock, field.port))
    await until(() => field.stored.length === 1 && clock.pending() === 1)
    clock.advance(durationUs(3 * SECOND - 1))
    expect(clock.pending()).toBe(1)
    clock.advance(durationUs(1))
    await until(() => field.stored.length === 2 && clock.pending() === 1)
    clock.advance(seconds(3))
    expect(await sending).toBe(3)
    expect(field.stored.map((one) => JSON.parse(text(one)) as unknown)).toEqual(
      [0, 1, 2].map((flow) => {
        return { ts: toIso(later(begun, seconds(flow * 3))), flow, p: null }
      }),
    )
  })

  it('can keep its own times', async () => {
    await using field = await startField()
    const clock = createManualClock()
    const told: number[] = []
    const count = await replay(
      parts(clock, field.port, {
        rows: rows(100, 0),
        times: 'own',
        progress: (sent) => told.push(sent),
      }),
    )
    expect(count).toBe(100)
    expect(told).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(field.stored).toHaveLength(100)
    expect(
      JSON.parse(text(field.stored[0] ?? { payload: new Uint8Array() })),
    ).toMatchObject({ ts: toIso(recorded) })
  })

  it('stops at once when somebody stops it, though the next row is an hour away', async () => {
    await using field = await startField()
    const clock = createManualClock()
    const stop = new AbortController()
    let acknowledged = 0
    const sending = replay(
      parts(clock, field.port, {
        rows: rows(9, 3_600),
        speed: 1,
        stop: stop.signal,
        progress: (sent) => {
          acknowledged = sent
        },
      }),
    )
    await until(() => acknowledged === 1 && clock.pending() === 1)
    stop.abort()
    expect(await sending).toBe(1)
    expect(clock.pending()).toBe(0)
    expect(field.stored).toHaveLength(1)
  })

  it('stops though the broker does not answer any more', async () => {
    const { promise: silence, resolve } = Promise.withResolvers<void>()
    await using field = await startField({ append: () => silence })
    const stop = new AbortController()
    let read = 0
    async function* endless(): AsyncGenerator<RecordedRow> {
      for (;;) {
        read += 1
        yield { at: recorded, values: { flow: read } }
      }
    }
    const clock = createManualClock()
    const sending = replay(parts(clock, field.port, { rows: endless(), stop: stop.signal }))
    // No more than 20 are on their way at once.
    await until(() => read === 20)
    stop.abort()
    expect(await sending).toBe(0)
    expect(read).toBeLessThanOrEqual(21)
    resolve()
  })

  it('fails with what its rows fail with', async () => {
    await using field = await startField()
    const clock = createManualClock()
    await expect(replay(parts(clock, field.port, { rows: broken() }))).rejects.toThrow(
      'line 3 is not a row',
    )
  })

  it('says that no broker is there, or that it lets nobody in', async () => {
    const clock = createManualClock()
    const { mqtt } = await freePorts()
    expect(await refusalOf(replay(parts(clock, mqtt)))).toMatchObject({
      kind: 'unavailable',
      what: `the broker at mqtt://127.0.0.1:${mqtt} did not let rig-1 in`,
      why: expect.stringContaining('ECONNREFUSED'),
    })
    await using field = await startField()
    const credential = { username: 'rig-1', secret: 'wrong' }
    expect(await refusalOf(replay(parts(clock, field.port, { credential })))).toMatchObject(
      { kind: 'unavailable' },
    )
  })
})
