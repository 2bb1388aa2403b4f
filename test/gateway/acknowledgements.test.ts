import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import pino from 'pino'
import type { AlarmTaken } from '../../src/adapters/adapter.ts'
import type { Alarms } from '../../src/alarms/alarms.ts'
import { createAlarms } from '../../src/alarms/create-alarms.ts'
import { alarmId } from '../../src/alarms/ids.ts'
import type { SourceAlarm } from '../../src/configuration/active.ts'
import type { Database } from '../../src/database/database.ts'
import type { PointId } from '../../src/domain/ids.ts'
import { Problem } from '../../src/domain/problem.ts'
import type { DecodedEnvelope, Reading } from '../../src/domain/reading.ts'
import { durationUs, HOUR, later, SECOND, type TimeUs } from '../../src/domain/time.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import { acknowledgeAtSource } from '../../src/gateway/acknowledge-at-source.ts'
import {
  acknowledgedAtSource,
  takenAtSource,
} from '../../src/gateway/acknowledged-at-source.ts'
import {
  startAcknowledgements,
  type TellSource,
} from '../../src/gateway/acknowledgements.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { plainFacts } from '../support/rule-facts.ts'
import { patience } from '../support/until.ts'

const rule = 'source:own:pumpTripped'
const facts = plainFacts({
  name: { sv: 'Pump utlöst', nb: 'Pumpe utløst', en: 'Pump tripped' },
  priority: 2,
  faultClass: 'pump_tripped',
  confirm: 'manual',
})
const acked = 7 as PointId
const plc: SourceAlarm = { device: 'plc-1', key: 'p1.fault', acknowledges: true, acked }
const lamp: SourceAlarm = { device: 'slc-1', key: 'tripped', acknowledges: false }
const sourceAlarms = new Map<string, readonly SourceAlarm[]>([
  [`${rule} station-1`, [plc]],
  [`${rule} lamp-1`, [lamp]],
])

let clock: ManualClock
let database: Database
let alarms: Alarms
let sequence = 0

beforeEach(async () => {
  clock = createManualClock()
  database = await openTestDatabase(clock)
  alarms = createAlarms({
    database,
    clock,
    rules: async () => () => facts,
    effects: {
      announce: (work, news) => acknowledgeAtSource(work, news, { sourceAlarms }),
      confirm: async () => 'case-1',
      cleared: async () => undefined,
      gathered: async () => undefined,
    },
  })
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
})

async function raise(asset = 'station-1', of = rule): Promise<string> {
  sequence += 1
  const key = { organisation: north, rule: of, asset, discriminator: '' }
  const said: DetectorTransition = {
    key,
    event: 'raised',
    position: { epoch: 'test', partition: 0, sequence, index: 0 },
    ordinal: 0,
    at: clock.now(),
    ingest: clock.now(),
    historical: false,
    late: false,
    level: 1,
    ruleVersion: 1,
    evidence: [],
  }
  await alarms.take(north, [said], () => facts)
  return alarmId(key)
}

function rows() {
  return database.read(north).selectFrom('source_acknowledgement').selectAll().execute()
}

/** What a source was told, and what it answers. */
function source(answers: readonly (Error | undefined)[] = []) {
  const told: AlarmTaken[] = []
  const tell: TellSource = async (taken) => {
    const answer = answers[told.length]
    told.push(taken)
    if (answer !== undefined) throw answer
  }
  const running = startAcknowledgements({
    database,
    clock,
    logger: pino({ level: 'silent' }),
    organisations: () => [north],
    source: (organisation, device) =>
      organisation === north && device === 'plc-1' ? tell : undefined,
  })
  return { told, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

const refusal = (kind: 'unavailable' | 'conflict') =>
  new Problem({ kind, what: `the source says ${kind}` })

/** Lets time pass until the row has ended, or has been tried so often. */
async function untilTried(tries: number) {
  return vi.waitFor(
    async () => {
      clock.advance(durationUs(5 * SECOND))
      const [row] = await rows()
      expect(row?.tries ?? 0).toBeGreaterThanOrEqual(tries)
      return row
    },
    { timeout: patience, interval: 5 },
  )
}

describe('an acknowledgement of a person', () => {
  it('goes to the source, with what the person said', async () => {
    const alarm = await raise()
    await using plant = source()
    const at = clock.now()
    await alarms.acknowledge(north, alarm, {
      actor: 'ada',
      raise: 1,
      comment: 'I go there',
    })
    const done = await untilTried(1)
    expect(plant.told).toEqual([
      { device: 'plc-1', point: 'p1.fault', at, comment: 'I go there' },
    ])
    expect(done).toMatchObject({ error: null, requested_at: at })
    expect(done?.done_at).not.toBeNull()
  })

  it('is tried again while the source cannot be told, ever more slowly', async () => {
    const alarm = await raise()
    await using plant = source([refusal('unavailable'), new Error('surprise')])
    await alarms.acknowledge(north, alarm, { actor: 'ada', raise: 1 })
    expect(await untilTried(2)).toMatchObject({ done_at: null, error: 'surprise' })
    expect(await untilTried(3)).toMatchObject({ error: null })
    expect(plant.told).toHaveLength(3)
  })

  it('ends when the source has raised the alarm anew', async () => {
    const alarm = await raise()
    await using plant = source([refusal('conflict')])
    await alarms.acknowledge(north, alarm, { actor: 'ada', raise: 1 })
    const row = await untilTried(1)
    expect(row?.done_at).not.toBeNull()
    expect(row?.error).toBe('the source says conflict')
    expect(plant.told).toHaveLength(1)
  })

  it('ends after a day', async () => {
    const alarm = await raise()
    await alarms.acknowledge(north, alarm, { actor: 'ada', raise: 1 })
    clock.advance(durationUs(25 * HOUR))
    await using plant = source()
    expect((await untilTried(1))?.error).toContain('within a day')
    expect(plant.told).toEqual([])
  })

  it('waits for the process that has the connection', async () => {
    const alarm = await raise()
    await alarms.acknowledge(north, alarm, { actor: 'ada', raise: 1 })
    await database.write(north, 'normal', async ({ query }) => {
      await query.updateTable('source_acknowledgement').set({ device: 'plc-2' }).execute()
    })
    {
      await using plant = source()
      for (let look = 0; look < 5; look += 1) clock.advance(durationUs(5 * SECOND))
      expect(plant.told).toEqual([])
    }
    expect(await rows()).toMatchObject([{ tries: 0, done_at: null }])
  })

  it('of a rule, or of a source that cannot be told, is nobody else’s matter', async () => {
    for (const alarm of [await raise('station-1', 'well-high'), await raise('lamp-1')])
      await alarms.acknowledge(north, alarm, { actor: 'ada', raise: 1 })
    expect(await rows()).toEqual([])
  })
})

/** The station's source says since then that somebody has acknowledged its alarm. */
function taken(at: TimeUs) {
  return { ruleId: rule, asset: 'station-1', device: 'plc-1', at }
}

function hear(at: TimeUs): Promise<boolean> {
  return acknowledgedAtSource(
    { database, acknowledge: (...order) => alarms.acknowledge(...order) },
    north,
    taken(at),
  )
}

describe('an acknowledgement at the source', () => {
  it('acknowledges here, by the device, and does not go back to it', async () => {
    const alarm = await raise()
    expect(await hear(clock.now())).toBe(true)
    expect(await alarms.get(north, alarm)).toMatchObject({ state: 'acknowledged' })
    expect((await alarms.journal(north, alarm)).at(-1)).toMatchObject({
      actor: 'device:plc-1',
    })
    expect(await rows()).toEqual([])
    expect(await hear(clock.now())).toBe(false)
  })

  it('of an earlier raise does not acknowledge a newer one', async () => {
    const before = clock.now()
    clock.advance(durationUs(SECOND))
    await raise()
    expect(await hear(before)).toBe(false)
    expect(await hear(later(before, durationUs(2 * SECOND)))).toBe(true)
  })

  it('of nothing is nothing', async () => {
    expect(await hear(clock.now())).toBe(false)
    await raise('station-1', 'source:other')
    expect(await hear(clock.now())).toBe(false)
    expect(
      await acknowledgedAtSource({ database, acknowledge }, south, taken(clock.now())),
    ).toBe(false)
  })

  it('is read in the points beside the alarms', () => {
    const at = clock.now()
    const heard = (point: PointId, value: Reading['value'], quality: Reading['quality']) =>
      ({
        point,
        value,
        quality,
        code: 'ok',
        effective: at,
        ingest: at,
        flags: 0,
        typeVersion: 1,
      }) as const
    const decoded: DecodedEnvelope = {
      position: { epoch: 'test', partition: 0, sequence: 1, index: 0 },
      device: 'plc-1',
      ingest: at,
      readings: [
        heard(acked, true, 'good'),
        heard(acked, false, 'good'),
        heard(acked, null, 'bad'),
        heard(8 as PointId, true, 'good'),
      ],
    }
    expect(takenAtSource({ sourceAlarms }, [decoded])).toEqual([taken(at)])
    expect(takenAtSource({ sourceAlarms: new Map() }, [decoded])).toEqual([])
  })
})

async function acknowledge(): Promise<never> {
  throw new Error('there is nothing to acknowledge')
}
