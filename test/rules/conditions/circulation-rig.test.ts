import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { readConfiguration } from '../../../src/configuration/parse.ts'
import { readFolder } from '../../../src/configuration/read-folder.ts'
import type { PointId } from '../../../src/domain/ids.ts'
import { SECOND } from '../../../src/domain/time.ts'
import type { RuleTarget } from '../../../src/rules/detector.ts'
import { rule } from '../../../src/rules/rule.ts'
import { openDesk } from '../../cli/run.ts'
import { lab, target } from '../../support/rules.ts'

const folder = join(import.meta.dirname, '../../../config/examples/circulation-rig')

/** A flow meter that counts whole litres, read once a second; `usual` in L/min. */
interface Flow {
  readonly usual: number
  /** Share of the usual that flows at a second. */
  readonly share: (second: number) => number
  readonly noise: readonly number[]
}

/** What the shipped rule says of 20 minutes of a flow. */
function saidOf({ usual, share, noise }: Flow): readonly string[] {
  const rig = lab(shipped())
  return noise.flatMap((litres, second) =>
    rig.say({
      kind: 'reading',
      device: 'node-1',
      at: second,
      value: Math.round(usual * share(second) + litres),
    }),
  )
}

function shipped(): RuleTarget {
  const text: unknown = parse(readFileSync(join(folder, 'rig.yaml'), 'utf8'))
  const { rules } = z.object({ rules: z.object({ 'flow-restricted': rule }) }).parse(text)
  const points = new Map([['flow', 1 as PointId]])
  return { ...target(), rule: rules['flow-restricted'], points, interval: SECOND }
}

/** The recordings of a day of the rig: 12 minutes of flow, then a valve that closes, and its label. */
function recording(usual: number): string {
  const rows = Array.from({ length: 1_200 }, (_, second) => {
    const litres = Math.round(usual * valve(second) + ((second * 7) % 5) / 5 - 0.4)
    const label = second >= 600 && second < 1_000 ? 1 : 0
    return `${new Date(Date.UTC(2026, 10, 20, 12, 0, second)).toISOString()};${litres};${label}`
  })
  return ['datetime;Volume Flow RateRMS;anomaly', ...rows].join('\n')
}

const noise = fc.array(
  fc.integer({ min: -4, max: 4 }).map((tenths) => tenths / 8),
  {
    minLength: 1200,
    maxLength: 1200,
  },
)

/** A valve that closes by 5 % within half a minute, ten minutes after the start, and opens again. */
function valve(second: number): number {
  return second < 600 || second >= 1000 ? 1 : Math.max(0.95, 1 - (second - 600) / 600)
}

describe('the rule for the circulation rig', () => {
  it('is shipped without a mistake, and its device type reads its vectors', async () => {
    const read = await readConfiguration(await readFolder(folder))
    expect(read).toMatchObject({ ok: true, warnings: [] })
  })

  it('is checked, tested, tried on recordings and applied as its README says', async () => {
    await using desk = await openDesk()
    const file = join(folder, 'rig.yaml')
    const checked = await desk.run('rules', 'check', file, '--strict')
    expect(checked).toMatchObject({ code: 0 })
    expect(checked.out).toContain('flow-restricted  priority 2, baseline')
    const tested = await desk.run('rules', 'test', file)
    expect(tested).toMatchObject({ code: 0 })
    const slow = await desk.file('slow.csv', recording(32))
    const fast = await desk.file('fast.csv', recording(120))
    const columns = ['--map', 'flow=Volume Flow RateRMS', '--label', 'anomaly', '--json']
    const args = ['rules', 'backtest', file, '--recording', slow, fast, ...columns]
    const tried = await desk.run(...args)
    expect(JSON.parse(tried.out)).toMatchObject({ labels: 2, caught: 2, falseAlarms: 0 })
    const applied = await desk.run('apply', folder)
    expect(applied).toMatchObject({ code: 0 })
    expect(await desk.run('apply', folder)).toMatchObject({ code: 0 })
  }, 60_000)

  it('sees a valve that closes by 5 % within 90 s, once, and its end', () => {
    fc.assert(
      fc.property(noise, (jitter) => {
        const said = saidOf({ usual: 32, share: valve, noise: jitter })
        const [raise, ...others] = said
        const [event, at] = (raise ?? '').split(' ')
        expect(event).toBe('raised')
        expect(Number(at)).toBeGreaterThanOrEqual(600)
        expect(Number(at)).toBeLessThanOrEqual(690)
        expect(others.map((other) => other.split(' ')[0])).toEqual(['cleared'])
      }),
      { numRuns: 20 },
    )
  })

  it('lets a flow be that only jitters, drifts, grows, or loses a little for a moment', () => {
    const shares = [
      () => 1,
      (second: number) => 1 - second / 120_000,
      (second: number) => (second < 600 ? 1 : 1.1),
      (second: number) => (second >= 700 && second < 710 ? 0.97 : 1),
    ]
    fc.assert(
      fc.property(noise, fc.constantFrom(...shares), (jitter, share) => {
        expect(saidOf({ usual: 120, share, noise: jitter })).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})
