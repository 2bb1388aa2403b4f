import { describe, expect, it } from 'vitest'
import type { RuleFacts } from '../../../src/alarms/alarms.ts'
import { alarmId } from '../../../src/alarms/ids.ts'
import { createTopologySource } from '../../../src/alarms/topology/source.ts'
import { durationUs, SECOND } from '../../../src/domain/time.ts'
import type { DetectorTransition } from '../../../src/domain/transition.ts'
import { north } from '../../support/database.ts'
import { plainFacts } from '../../support/rule-facts.ts'
import { keyOf, openFixture, said } from '../fixture.ts'
import { street } from './street.ts'

/**
 * Prometheus Alertmanager, test/with_api_v2/acceptance/inhibit_test.go (Apache-2.0): what it expects
 * of inhibition over time, restated for what hangs on an asset. JobDown of a zone is the supply of a
 * cabinet, InstanceDown a dark lamp under it; equal labels are an edge. One second there is 100 s
 * here, so that the minute in which things settle ends between two of its batches.
 */

const named = (en: string) => ({ sv: en, nb: en, en })
const plain = (name: string, faultClass: string, more: Partial<RuleFacts> = {}) =>
  plainFacts({
    name: named(name),
    priority: 3,
    faultClass,
    confirm: 'manual',
    hold: durationUs(0),
    ...more,
  })
const rules: Readonly<Record<string, RuleFacts>> = {
  InstanceDown: plain('Instance down', 'light_out', {
    causedBy: [{ edge: 'FEEDS', faultClass: 'supply_lost' }],
  }),
  JobDown: plain('Job down', 'supply_lost'),
  test1: plain('Test', 'other'),
}
const town = { ...street(3), rules: new Map(Object.entries(rules)) }

/** An alarm by its name there: rule and zone. */
const assets: Readonly<Record<string, string>> = {
  'InstanceDown aa': 'lamp-1',
  'InstanceDown ab': 'far-1',
  'InstanceDown without a zone': 'nowhere',
  'JobDown aa': 'cabinet',
  'test1 aa': 'lamp-1',
}

const keyNamed = (name: string) => keyOf(name.split(' ')[0] ?? '', assets[name])

async function play() {
  const here = await openFixture({ rules, sources: [createTopologySource(() => town)] })
  const start = here.clock.now()
  let sequence = 0
  return {
    /** Lets time pass up to a second of the test there. */
    async until(second: number): Promise<void> {
      while (here.clock.now() < start + second * 100 * SECOND) {
        here.clock.advance(durationUs(5 * SECOND))
        await here.runTimers()
      }
    },
    async push(event: DetectorTransition['event'], ...names: readonly string[]) {
      sequence += 1
      const at = here.clock.now()
      const transitions = names.map((name, ordinal) =>
        said(sequence, event, { key: keyNamed(name), ordinal, at, ingest: at }),
      )
      await here.alarms.take(north, transitions, (rule) => rules[rule])
    },
    heard: (name: string) => here.heard(alarmId(keyNamed(name))),
    /** What stands and is kept from nobody. */
    async shown(): Promise<readonly string[]> {
      const all = await here.alarms.list(north, { which: 'all', limit: 50 })
      const standing = all.filter(
        ({ clearedAt, suppression }) => clearedAt === null && suppression.length === 0,
      )
      return Object.keys(assets).filter((name) =>
        standing.some(({ id }) => id === alarmId(keyNamed(name))),
      )
    },
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  }
}

describe('inhibition, as Alertmanager tests it', () => {
  it('TestInhibiting: what is explained is shown again when its cause is resolved', async () => {
    await using there = await play()
    await there.until(1)
    await there.push('raised', 'test1 aa', 'InstanceDown aa', 'InstanceDown ab')
    await there.until(2)
    expect(await there.shown()).toEqual(['InstanceDown aa', 'InstanceDown ab', 'test1 aa'])
    await there.until(2.2)
    await there.push('raised', 'JobDown aa')
    await there.until(3)
    expect(await there.shown()).toEqual(['InstanceDown ab', 'JobDown aa', 'test1 aa'])
    await there.until(3.6)
    await there.push('cleared', 'JobDown aa')
    await there.until(4.5)
    expect(await there.shown()).toEqual(['InstanceDown aa', 'InstanceDown ab', 'test1 aa'])
    expect(there.heard('JobDown aa')).toContain('cleared')
    expect(there.heard('InstanceDown aa')).toEqual(['raised', 'suppressed', 'raised'])
  })

  it('TestAlwaysInhibiting: resolved together, only the cause was ever shown', async () => {
    await using there = await play()
    await there.until(1)
    await there.push('raised', 'InstanceDown aa', 'JobDown aa')
    await there.until(2)
    expect(await there.shown()).toEqual(['JobDown aa'])
    await there.until(2.6)
    await there.push('cleared', 'JobDown aa', 'InstanceDown aa')
    await there.until(4.5)
    // There the end of both is told; here nobody hears the end of what nobody was told of.
    expect(there.heard('JobDown aa').slice(0, 2)).toEqual(['raised', 'cleared'])
    expect(there.heard('InstanceDown aa')).toEqual([])
  })

  it('what was told before it was explained is told to have ended (#226)', async () => {
    await using there = await play()
    await there.push('raised', 'InstanceDown aa')
    await there.until(1)
    await there.push('raised', 'JobDown aa')
    await there.until(2)
    await there.push('cleared', 'InstanceDown aa')
    await there.until(3)
    expect(there.heard('InstanceDown aa')).toEqual(['raised', 'suppressed', 'cleared'])
  })

  it('what has no place hangs on nothing: missing is not equal to missing (#507)', async () => {
    await using there = await play()
    await there.push('raised', 'JobDown aa')
    await there.push('raised', 'InstanceDown without a zone')
    expect(await there.shown()).toContain('InstanceDown without a zone')
  })
})
