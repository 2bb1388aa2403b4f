import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { createIdentity } from '../../src/identity/create-identity.ts'
import { oldLinks } from '../../src/identity/forget-links.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { forgetAll } from '../support/forget-all.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { addDevice, addUser } from '../support/people.ts'
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
    topicsOf: async (organisation, device) => [`v1/${organisation}/${device}/up`],
  })
  await addUser(database, north, { id: 'kim', roles: ['operations'] })
})
afterEach(() => database[Symbol.asyncDispose]())

describe('a one-time link', () => {
  it('sets a password once', async () => {
    const { token } = await identity.oneTimeLink(north, 'kim')
    await identity.setPassword(token, good)
    const refusal = await refusalOf(identity.setPassword(token, 'another password'))
    expect(refusal).toMatchObject({ kind: 'invalid', where: 'token' })
    expect(await identity.logIn('north', 'kim@north.example', good)).toBeDefined()
  })

  it('holds 24 hours', async () => {
    const { token } = await identity.oneTimeLink(north, 'kim')
    clock.advance(durationUs(24 * HOUR))
    expect((await refusalOf(identity.setPassword(token, good))).where).toBe('token')
  })

  it('ends when a newer one is given out', async () => {
    const { token } = await identity.oneTimeLink(north, 'kim')
    const newer = await identity.oneTimeLink(north, 'kim')
    expect((await refusalOf(identity.setPassword(token, good))).where).toBe('token')
    await identity.setPassword(newer.token, good)
  })

  it('is forgotten when it is used or too old, and says the same then', async () => {
    await addUser(database, north, { id: 'lo', roles: ['operations'] })
    const used = await identity.oneTimeLink(north, 'kim')
    await identity.setPassword(used.token, good)
    const old = await identity.oneTimeLink(north, 'lo')
    expect(await forgetAll(oldLinks, database, clock.now())).toBe(1)
    clock.advance(durationUs(24 * HOUR))
    const newer = await identity.oneTimeLink(north, 'kim')
    expect(await forgetAll(oldLinks, database, clock.now())).toBe(1)
    for (const { token } of [used, old])
      expect((await refusalOf(identity.setPassword(token, good))).where).toBe('token')
    await identity.setPassword(newer.token, `${good} again`)
  })

  it('used by two at once works for one of them', async () => {
    const { token } = await identity.oneTimeLink(north, 'kim')
    const both = [good, `${good} too`].map((password) =>
      identity.setPassword(token, password),
    )
    const outcomes = await Promise.allSettled(both)
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
    ])
  })

  it.each(['', 'short', 'elevenchars', 'x'.repeat(257)])(
    'does not set the password %j, and is not used up by it',
    async (password) => {
      const { token } = await identity.oneTimeLink(north, 'kim')
      expect((await refusalOf(identity.setPassword(token, password))).where).toBe(
        'password',
      )
      await identity.setPassword(token, good)
    },
  )

  it('is not made for somebody who is not there', async () => {
    expect((await refusalOf(identity.oneTimeLink(north, 'lo'))).kind).toBe('not_found')
  })
})

describe('a device', () => {
  beforeEach(() => addDevice(database, north, 'lamp-17'))

  it('proves itself with the secret it was given, and learns what it may publish', async () => {
    const { username, secret } = await identity.issueDeviceSecret(
      north,
      'lamp-17',
      'device',
    )
    expect(username).toBe('north/lamp-17')
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(await identity.deviceLogin(username, secret)).toEqual({
      organisation: 'north',
      device: 'lamp-17',
      class: 'device',
      publish: ['v1/north/lamp-17/up'],
    })
  })

  it('is not believed with another secret, as another device or in another organisation', async () => {
    const { secret } = await identity.issueDeviceSecret(north, 'lamp-17', 'device')
    const attempts = [
      ['north/lamp-17', `${secret}x`],
      ['north/lamp-17', ''],
      ['north/lamp-17', 'x'.repeat(100_000)],
      ['north/lamp-18', secret],
      ['south/lamp-17', secret],
      ['lamp-17', secret],
      ['north/lamp-17/x', secret],
      ['/', secret],
      ['', secret],
    ] as const
    for (const [username, shown] of attempts) {
      expect(await identity.deviceLogin(username, shown)).toBeUndefined()
    }
  })

  it('loses its earlier secret when it gets a new one', async () => {
    const first = await identity.issueDeviceSecret(north, 'lamp-17', 'device')
    const second = await identity.issueDeviceSecret(north, 'lamp-17', 'gateway')
    expect(await identity.deviceLogin(first.username, first.secret)).toBeUndefined()
    expect(await identity.deviceLogin(second.username, second.secret)).toMatchObject({
      class: 'gateway',
    })
  })

  it('gets no secret when the configuration does not know it', async () => {
    for (const [organisation, device] of [
      [north, 'lamp-18'],
      [south, 'lamp-17'],
    ] as const) {
      const refusal = await refusalOf(
        identity.issueDeviceSecret(organisation, device, 'device'),
      )
      expect(refusal.kind).toBe('not_found')
    }
  })
})
