import { expect, it } from 'vitest'
import type { Core } from '../src/core.ts'
import { readiness } from '../src/readiness.ts'
import { openTestDatabase } from './support/database.ts'

type Consumers = Core['consumers']
type Asked = Parameters<typeof readiness>[0]

const log = { weakness: undefined } as unknown as Core['log']

function core(database: Core['database'], changes: Partial<Asked>): Asked {
  return { database, log, logKeeper: undefined, consumers: {}, ...changes }
}

/** Readers of the log of which one says that it is stuck. */
function stuck(name: string): Consumers {
  const one = (of: string) => ({
    failure: () => (of === name ? 'waits since noon' : undefined),
  })
  return {
    detector: one('detector'),
    projector: one('projector'),
    live: one('live'),
  } as unknown as Consumers
}

const full = {
  health: () => ({ ready: false, detail: 'ingest will stop when there is no room' }),
} as Core['logKeeper']

it.each([
  ['all is well', {}, true, {}],
  [
    'history waits: readings are kept in the log, and alarms go on',
    { consumers: stuck('projector') },
    true,
    { name: 'projector', ready: true, detail: 'waits since noon' },
  ],
  [
    'the rules are not evaluated',
    { consumers: stuck('detector') },
    false,
    { name: 'detector', ready: false, detail: 'waits since noon' },
  ],
  ['the log is nearly full', { logKeeper: full }, false, { name: 'log', ready: false }],
] as const)('when %s', async (_, changes, ready, part) => {
  await using database = await openTestDatabase()
  const state = await readiness(core(database, changes), {
    gateway: undefined,
    delivers: true,
  })
  expect(state.ready).toBe(ready)
  expect(state.parts).toContainEqual(expect.objectContaining(part))
})

it('when the database is gone', async () => {
  const database = await openTestDatabase()
  await database[Symbol.asyncDispose]()
  const state = await readiness(core(database, {}), { gateway: undefined, delivers: false })
  expect(state.ready).toBe(false)
  expect(state.parts).toContainEqual(
    expect.objectContaining({ name: 'database', ready: false }),
  )
})
