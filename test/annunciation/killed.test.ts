import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { deliver, ladder as written, openFixture } from './fixture.ts'

describe('killed at any point', () => {
  /** One day at the desk: what is announced when. */
  const story = [
    { wait: 0, kind: 'raised' },
    { wait: 20, kind: 'raised', n: 2 },
    { wait: 700, kind: 'worse', priority: 1 },
    { wait: 100, kind: 'acknowledged' },
    { wait: 400, kind: 'cleared' },
    { wait: 10, kind: 'unacknowledged', n: 2 },
    { wait: 400, kind: 'cleared', n: 2 },
    { wait: 500, kind: 'raised', raise: 2 },
    { wait: 600, kind: 'closed' },
  ] as const

  class Killed extends Error {}

  /** Runs the story; the process dies in its `dies`th transaction, before or after the commit. */
  async function run(
    dies: number,
    when: 'before' | 'after',
  ): Promise<{ outbox: readonly string[]; writes: number }> {
    await using stage = await openFixture(written)
    let writes = 0
    const fragile: Database = {
      ...stage.database,
      write: async (organisation, lane, body) => {
        writes += 1
        const dead = writes === dies
        if (dead && when === 'before') throw new Killed()
        const result = await stage.database.write(organisation, lane, body)
        if (dead) throw new Killed()
        return result
      },
    }
    let annunciator = stage.annunciator({ database: fragile })
    const look = async (): Promise<number | undefined> => {
      const next = await annunciator.look()
      await deliver(stage)
      if (writes < dies || dies === 0 || replaced) return next
      replaced = true
      annunciator = stage.annunciator()
      return annunciator.look()
    }
    const pass = async (seconds: number): Promise<void> => {
      const until = stage.clock.now() + seconds * SECOND
      for (;;) {
        const next = await look()
        const now = stage.clock.now()
        const then = next === undefined || next > until ? until : Math.max(next, now + 1)
        stage.clock.advance(durationUs(then - now))
        if (then === until) break
      }
    }
    let replaced = false
    for (const { wait, kind, ...more } of story) {
      await pass(wait)
      const n = 'n' in more ? more.n : 1
      await stage.announce(kind, {
        alarm: `alarm-${n}`,
        occurrence: `occurrence-${n}`,
        ...('priority' in more && { priority: more.priority }),
        raise: 'raise' in more || kind === 'closed' ? 2 : 1,
      })
    }
    await pass(900)
    return { outbox: await stage.outbox(), writes }
  }

  it('tells the same with the same ids as one that lives', async () => {
    const living = await run(0, 'before')
    expect(living.outbox.length).toBeGreaterThan(10)
    for (let dies = 1; dies <= living.writes; dies += 2) {
      const when = dies % 4 < 2 ? 'before' : 'after'
      expect((await run(dies, when)).outbox, `${when} ${dies}`).toEqual(living.outbox)
    }
  }, 120_000)
})
