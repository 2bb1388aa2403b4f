import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { durationUs, HOUR, MINUTE, later } from '../../src/domain/time.ts'
import {
  startLogKeeper,
  diskSpace,
  type LogKeeperParts,
} from '../../src/ingest/log-retention.ts'
import { neededPast } from '../../src/ingest/look-back.ts'
import { logBytes } from '../../src/ingest/sqlite-log/size.ts'
import { rule, type Rule } from '../../src/rules/rule.ts'
import type { ActiveRules } from '../../src/rules/detector.ts'
import { north } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { logFile, openField, said, second, startLamps } from './field.ts'
import { quietLogger } from './quiet-logger.ts'

const GiB = 1024 ** 3
const emptyDisk = { free: 100 * GiB, total: 100 * GiB }

function openKeeper(changes: Partial<LogKeeperParts> = {}) {
  const logger = quietLogger()
  const clock = createManualClock(later(second(0), durationUs(10_000 * HOUR)))
  let looks = 0
  const parts: LogKeeperParts = {
    log: { retain: async () => ({ deletedCommits: 0, slowest: 'projector' }) },
    configurations: { organisations: async () => [], current: async () => undefined },
    keep: { maxAge: durationUs(2 * HOUR), maxBytes: 16 * GiB },
    fullAt: 32 * GiB,
    bytes: async () => GiB,
    disk: async () => emptyDisk,
    logger,
    ...changes,
    clock,
  }
  const keeper = startLogKeeper({
    ...parts,
    async disk() {
      const disk = await parts.disk()
      looks += 1
      return disk
    },
  })
  return {
    keeper,
    lines: logger.lines,
    /** It has looked for the first time, or once more. */
    async looked() {
      const wanted = looks + 1
      if (looks > 0) clock.advance(MINUTE)
      await expect.poll(() => looks, { interval: 1 }).toBe(wanted)
      // What follows the look in the same turn.
      await setImmediate()
    },
    pass: () => clock.advance(MINUTE),
    [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose](),
  }
}

describe('keeping the log', () => {
  it('deletes what is too old, but nothing that a consumer still needs', async () => {
    await using field = await openField()
    await startLamps(field, north)
    for (let at = 1; at <= 4; at++)
      await field.log.append(said({ at, power: 1, organisation: north }))
    const entries = await field.log.read({ limit: 10 })
    await using desk = openKeeper({
      ...field,
      bytes: async () => logBytes(logFile(field.folder)),
    })
    await desk.looked()
    expect(await field.log.read({ limit: 10 })).toHaveLength(5)
    expect(desk.keeper.room()?.slowest).toBeUndefined()

    const [, , third] = entries
    if (third === undefined) throw new Error('the log is too short')
    await field.log.release('projector', third.position)
    await desk.looked()
    expect(await field.log.read({ limit: 10 })).toEqual(entries.slice(2))
    expect(desk.keeper.room()).toMatchObject({ slowest: 'projector', fullAt: 32 * GiB })
    expect(desk.keeper.room()?.bytes).toBe(logBytes(logFile(field.folder)))
    expect(desk.keeper.health()).toMatchObject({ ready: true })
    expect(desk.keeper.health().detail).toMatch(
      /^holds 0\.\d MiB of at most 32\.0 GiB; 100\.0 GiB of/,
    )
  })

  it('keeps what the rules look back to, however little it is told to keep', async () => {
    await using field = await openField()
    await startLamps(field, north)
    const asked: unknown[] = []
    const log = {
      retain: (retention: unknown) => {
        asked.push(retention)
        return Promise.resolve({ deletedCommits: 0, slowest: undefined })
      },
    }
    const keep = { maxAge: durationUs(30 * 24 * HOUR), maxBytes: 1_048_576 }
    await using desk = openKeeper({ ...field, log, keep })
    await desk.looked()
    // The lamps: silent after 10 min with 5 min of grace, on evidence of at most 3 min.
    const minAge = durationUs((10 + 5 + 3 + 5 + 60) * MINUTE)
    expect(asked).toEqual([{ ...keep, minAge }])
  })

  it.each([
    [79, 0, 'holds 25.3 GiB of at most 32.0 GiB; 100.0 GiB of the disk are free', true],
    [80, 80, 'ingest will stop when there is no room', true],
    [94.9, 90, 'held back most by the projector', true],
    [95, 95, 'ingest will stop when there is no room', false],
  ])(
    'at %s percent of what the log takes warns on level %s',
    async (share, level, text, ready) => {
      const bytes = async () => (share / 100) * 32 * GiB
      await using desk = openKeeper({ bytes })
      await desk.looked()
      await desk.looked()
      expect(desk.lines).toHaveLength(level === 0 ? 0 : 1)
      expect(desk.keeper.health()).toEqual({ ready, detail: expect.stringContaining(text) })
    },
  )

  it('warns of the disk as of the log, and says when there is room again', async () => {
    let free = 4 * GiB
    const disk = async () => ({ free, total: 100 * GiB })
    await using desk = openKeeper({ disk })
    await desk.looked()
    expect(desk.keeper.health()).toMatchObject({ ready: false })
    free = 15 * GiB
    await desk.looked()
    free = 50 * GiB
    await desk.looked()
    expect(desk.lines.map(({ msg }) => String(msg).split(':')[0])).toEqual([
      'the reading log is nearly full',
      'the reading log is getting full',
      'the reading log has room again',
    ])
  })

  it('says that it could not look, and looks again', async () => {
    let broken = true
    const bytes = async () => {
      if (broken) throw new Error('no such file')
      return GiB
    }
    await using desk = openKeeper({ bytes })
    await expect.poll(() => desk.lines).toHaveLength(1)
    expect(desk.keeper.health()).toEqual({ ready: true, detail: 'not looked at yet' })
    broken = false
    desk.pass()
    await expect.poll(() => desk.keeper.room()?.bytes).toBe(GiB)
  })

  it('can measure a disk', async () => {
    const { free, total } = await diskSpace(join(tmpdir()))
    expect(total).toBeGreaterThan(0)
    expect(free).toBeLessThanOrEqual(total)
  })
})

describe('the past that rules need', () => {
  const interval = MINUTE

  function rulesOf(...rules: readonly Partial<Rule>[]): ActiveRules {
    const targets = rules.map((changes) => ({
      ruleId: 'a',
      ruleVersion: 1,
      rule: { ...threshold, ...changes },
      asset: 'lamp-1',
      points: new Map(),
      devices: [],
      interval,
      attributes: {},
    }))
    return { organisation: north, version: 1, zone: 'UTC', targets }
  }
  const name = { sv: 'x', nb: 'x', en: 'x' }
  const threshold = rule.parse({
    name,
    priority: 1,
    assets: { type: 'Streetlight' },
    condition: { kind: 'threshold', role: 'power', below: 5 },
    faultClass: 'light_out',
  })
  const base = 65 * MINUTE

  it('is an hour and the reorder window at least', () => {
    expect(neededPast([])).toBe(base)
  })

  it('is that of the rule that looks back furthest, of any organisation', () => {
    expect(neededPast([rulesOf({})])).toBe(base + 3 * interval)
    const slow = { onDelay: HOUR, offDelay: durationUs(2 * HOUR), maxGap: MINUTE }
    expect(neededPast([rulesOf({}), rulesOf({}, slow)])).toBe(base + 3 * HOUR + MINUTE)
    const silent = {
      condition: { kind: 'noData', timeout: durationUs(24 * HOUR), grace: HOUR } as const,
    }
    expect(neededPast([rulesOf(silent), rulesOf(slow)])).toBe(
      base + 25 * HOUR + 3 * interval,
    )
  })
})
