import { afterEach, beforeEach, expect, it } from 'vitest'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { addMonths } from '../../src/privacy/months.ts'
import { releaseText } from '../../src/privacy/released-texts.ts'
import { plainReport } from '../support/case-rows.ts'
import { north } from '../support/database.ts'
import { addCases, keep, onBoth, type Register } from './fixtures.ts'
import { openOffice, rule } from './office.ts'

const number = '0523-98 76 54'
const once = [{ rule: 'all', step: 'contacts', cases: 1 }]

await onBoth((open) => {
  let register: Register
  beforeEach(async () => {
    register = await open()
    const closed_at = addMonths(register.clock.now(), -13)
    const closed = { state: 'closed', closing_reason: 'fixed', closed_at }
    await addCases(register.database, ['a'], {
      ...closed,
      changed_at: closed_at,
      closing_text: `Ring ${number}`,
      forwarded_to: `Markägaren, ${number}`,
      forwarded_reference: '98765432',
    })
  })
  afterEach(() => register[Symbol.asyncDispose]())

  const night = () => openOffice(register, [rule()]).privacy.runRetention(north, 'system')
  const query = () => register.database.read(north)

  async function write(sequence: number, data: object): Promise<void> {
    const { database, clock } = register
    await database.write(north, 'normal', async (work) => {
      await work.query
        .insertInto('case_event')
        .values({
          organisation: north,
          id: `e${sequence}`,
          case: 'a',
          sequence,
          at: clock.now(),
          kind: 'moved',
          actor: 'user:x',
          visibility: 'public',
          data: JSON.stringify(data),
        })
        .execute()
    })
  }

  it('go from what was released, from the keys of programs, and from the name of whoever has it outside', async () => {
    const { database, clock } = register
    for (const [id, source] of [
      ['r-web', 'web'],
      ['r-mail', 'email'],
    ] as const) {
      const key = `key-of-${id}`
      const report = plainReport({ id, case: 'a', source, idempotency_key: key })
      await database.write(north, 'normal', async (work) => {
        await work.query.insertInto('report').values(report).execute()
      })
      await keep(register, { id, case: 'a' })
    }
    await database.write(north, 'normal', (work) =>
      releaseText(work, {
        id: 'r-web',
        text: `Lampan. Ring ${number}`,
        actor: 'user:x',
        at: clock.now(),
      }),
    )
    await write(1, { outside: `Markägaren, ${number}`, reference: '98765432' })
    expect(await night()).toEqual(once)
    expect(await query().selectFrom('released_text').select('text').execute()).toEqual([
      { text: 'Lampan. Ring •••' },
    ])
    const keys = query().selectFrom('report').select('idempotency_key').orderBy('id')
    expect(await keys.execute()).toEqual([
      { idempotency_key: 'key-of-r-mail' },
      { idempotency_key: null },
    ])
    expect(await texts()).toEqual([{ outside: 'Markägaren, •••', reference: '98765432' }])
    const row = await query().selectFrom('case').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      closing_text: 'Ring •••',
      forwarded_to: 'Markägaren, •••',
      // What a partner calls it is asked for again and again, and looks like a number.
      forwarded_reference: '98765432',
    })
  })

  it('go from what staff wrote where nobody said anything, and once more when they wrote again', async () => {
    expect(await night()).toEqual([])
    await write(1, { text: `Ring ${number}` })
    expect(await night()).toEqual(once)
    expect(await texts()).toEqual([{ text: 'Ring •••' }])
    expect(await night()).toEqual([])
    register.clock.advance(durationUs(SECOND))
    await write(2, { text: `Igen: ${number}` })
    await register.database.write(north, 'normal', (work) =>
      work.query.updateTable('case').set({ changed_at: register.clock.now() }).execute(),
    )
    register.clock.advance(durationUs(SECOND))
    expect(await night()).toEqual(once)
    expect(await texts()).toEqual([{ text: 'Ring •••' }, { text: 'Igen: •••' }])
    expect(await night()).toEqual([])
  })

  async function texts(): Promise<readonly unknown[]> {
    const events = query().selectFrom('case_event').select('data').orderBy('sequence')
    return (await events.execute()).map(({ data }) => JSON.parse(data))
  }
})
