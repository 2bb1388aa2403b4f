import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { createIdentity } from '../../src/identity/create-identity.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { addUser } from '../support/people.ts'
import { refusalOf } from '../support/problems.ts'
import { seededRandom } from '../support/random.ts'

const good = 'correct horse battery staple'

let clock: ManualClock
let database: Database
let identity: Identity

beforeEach(async () => {
  clock = createManualClock()
  database = await openTestDatabase(clock)
  identity = createIdentity({
    database,
    clock,
    random: seededRandom(),
    topicsOf: async () => [],
  })
  await addUser(database, north, { id: 'kim', roles: ['operations', 'auditor'] })
  await addUser(database, south, { id: 'kim', roles: ['administrator'] })
})
afterEach(() => database[Symbol.asyncDispose]())

async function withPassword(): Promise<void> {
  const { token } = await identity.oneTimeLink(north, 'kim')
  await identity.setPassword(token, good)
}

async function loggedIn(): Promise<string> {
  const login = await identity.logIn('north', 'kim@north.example', good)
  if (login === undefined) throw new Error('not logged in')
  return login.cookie
}

describe('logging in', () => {
  beforeEach(withPassword)

  it('needs the right organisation, e-mail address and password together', async () => {
    const login = await identity.logIn('north', 'kim@north.example', good)
    expect(login?.subject).toEqual({
      kind: 'user',
      user: 'kim',
      name: 'kim of north',
      organisation: 'north',
      roles: ['operations', 'auditor'],
    })
    expect(await identity.logIn('south', 'kim@north.example', good)).toBeUndefined()
    expect(await identity.logIn('north', 'lo@north.example', good)).toBeUndefined()
    expect(await identity.logIn('north', 'kim@north.example', `${good}!`)).toBeUndefined()
  })

  it('takes the address however it is written, and å from any keyboard', async () => {
    const { token } = await identity.oneTimeLink(north, 'kim')
    await identity.setPassword(token, 'en å på en båt'.normalize('NFD'))
    const login = await identity.logIn('north', ' KIM@North.Example ', 'en å på en båt')
    expect(login).toBeDefined()
  })

  it('is refused to a user without a password and to one who was disabled', async () => {
    expect(await identity.logIn('south', 'kim@south.example', good)).toBeUndefined()
    await disable()
    expect(await identity.logIn('north', 'kim@north.example', good)).toBeUndefined()
  })

  it.each(['', '../south', 'NORTH', "north' or 1=1", 'n'.repeat(300)])(
    'does not fall over an organisation called %j',
    async (organisation) => {
      expect(await identity.logIn(organisation, 'kim@north.example', good)).toBeUndefined()
    },
  )

  it('is stopped after ten failures from one address, with the time to wait', async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      await identity.logIn('north', `kim-${tries}@north.example`, good, '10.0.0.1')
    }
    const refusal = await refusalOf(
      identity.logIn('north', 'kim@north.example', good, '10.0.0.1'),
    )
    expect(refusal).toMatchObject({ kind: 'too_many', facts: { retryAfterSeconds: 900 } })
    expect(
      await identity.logIn('north', 'kim@north.example', good, '10.0.0.2'),
    ).toBeDefined()
  }, 20_000)

  it('stores neither the cookie nor the password, only hashes', async () => {
    const cookie = await loggedIn()
    const users = await database.read(north).selectFrom('user').selectAll().execute()
    const sessions = await database.read(north).selectFrom('session').selectAll().execute()
    expect(users[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/)
    expect(JSON.stringify([users, sessions])).not.toContain(cookie)
    expect(cookie).toMatch(/^[\w-]{43}$/)
  })

  it('is written to the audit log, as is logging out', async () => {
    await identity.logOut(await loggedIn())
    const rows = await database.read(north).selectFrom('audit').selectAll().execute()
    expect(rows.map(({ number, actor, action }) => [number, actor, action])).toEqual([
      [1, 'user:kim', 'password.set'],
      [2, 'user:kim', 'session.begin'],
      [3, 'user:kim', 'session.end'],
    ])
  })

  it('keeps the 20 sessions that were used last', async () => {
    const cookies = []
    for (let count = 0; count < 21; count += 1) {
      cookies.push(await loggedIn())
      clock.advance(SECOND)
    }
    const [oldest = '', next = ''] = cookies
    expect(await identity.session(oldest)).toBeUndefined()
    expect(await identity.session(next)).toBeDefined()
  }, 20_000)
})

describe('a session', () => {
  beforeEach(withPassword)

  it('ends after 30 minutes without use', async () => {
    const cookie = await loggedIn()
    clock.advance(durationUs(30 * MINUTE - SECOND))
    expect(await identity.session(cookie)).toBeDefined()
    clock.advance(durationUs(30 * MINUTE))
    expect(await identity.session(cookie)).toBeUndefined()
  })

  it('ends after 12 hours however much it is used', async () => {
    const cookie = await loggedIn()
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.advance(durationUs(20 * MINUTE))
      expect(await identity.session(cookie)).toBeDefined()
    }
    clock.advance(durationUs(20 * MINUTE))
    expect(await identity.session(cookie)).toBeUndefined()
  })

  it('has its use written down at most once a minute', async () => {
    const cookie = await loggedIn()
    const begun = clock.now()
    clock.advance(durationUs(59 * SECOND))
    await identity.session(cookie)
    expect(await lastSeen()).toBe(begun)
    clock.advance(SECOND)
    await identity.session(cookie)
    expect(await lastSeen()).toBe(clock.now())
  })

  it('ends by logging out, by disabling the user and by a new link', async () => {
    const first = await loggedIn()
    await identity.logOut(first)
    expect(await identity.session(first)).toBeUndefined()
    await identity.logOut(first)

    const second = await loggedIn()
    await identity.oneTimeLink(north, 'kim')
    expect(await identity.session(second)).toBeUndefined()

    const third = await loggedIn()
    await disable()
    expect(await identity.session(third)).toBeUndefined()
  })

  it('of nobody is behind an invented cookie', async () => {
    expect(await identity.session('')).toBeUndefined()
    expect(await identity.session('A'.repeat(43))).toBeUndefined()
  })

  it('that is over is swept out when somebody logs in', async () => {
    await loggedIn()
    clock.advance(HOUR)
    await loggedIn()
    const rows = await database.read(north).selectFrom('session').selectAll().execute()
    expect(rows).toHaveLength(1)
  })
})

async function disable(): Promise<void> {
  await database.write(north, 'normal', ({ query }) =>
    query.updateTable('user').set({ disabled: 1 }).where('id', '=', 'kim').execute(),
  )
}

async function lastSeen(): Promise<number | undefined> {
  const query = database.read(north).selectFrom('session').select('last_seen_at')
  return (await query.executeTakeFirst())?.last_seen_at
}
