import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, SECOND, timeUs } from '../../src/domain/time.ts'
import { createIdentity } from '../../src/identity/create-identity.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { refusalOf } from '../support/problems.ts'
import { seededRandom } from '../support/random.ts'

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
  await addConnection(north, 'meters')
  await addConnection(south, 'meters')
})
afterEach(() => database[Symbol.asyncDispose]())

const opens = (
  token: string,
  connection = 'meters',
  organisation = 'north',
): Promise<boolean> => identity.sourceLogin({ organisation, connection, token })

describe('a token of a connection', () => {
  it('opens its connection and no other, of its organisation and no other', async () => {
    await addConnection(north, 'lights')
    const { token } = await identity.issueSourceToken(north, 'meters')
    expect(token).toHaveLength(43)
    expect(await opens(token)).toBe(true)
    expect(await opens(token, 'lights')).toBe(false)
    expect(await opens(token, 'meters', 'south')).toBe(false)
  })

  it.each(['', ' ', 'wrong', 'x'.repeat(43), 'x'.repeat(100_000), "' or 1=1 --"])(
    '%.20j opens nothing',
    async (token) => {
      await identity.issueSourceToken(north, 'meters')
      expect(await opens(token)).toBe(false)
    },
  )

  it.each([
    ['North', 'meters'],
    ['north', 'METERS'],
    ['', ''],
    ['north', '../meters'],
    ['nobody', 'meters'],
  ])('opens nothing at %j / %j', async (organisation, connection) => {
    const { token } = await identity.issueSourceToken(north, 'meters')
    expect(await opens(token, connection, organisation)).toBe(false)
  })

  it('opens nothing before it is issued: a connection without one is shut', async () => {
    expect(await opens('')).toBe(false)
  })

  it('is not kept, only its hash', async () => {
    const { token } = await identity.issueSourceToken(north, 'meters')
    const rows = await database.read(north).selectFrom('source_token').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(rows[0]?.secret_hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is changed without a gap: two open, then one is revoked', async () => {
    const first = await identity.issueSourceToken(north, 'meters')
    clock.advance(SECOND)
    const second = await identity.issueSourceToken(north, 'meters')
    expect(await Promise.all([opens(first.token), opens(second.token)])).toEqual([
      true,
      true,
    ])
    expect((await identity.sourceTokens(north, 'meters')).map(({ id }) => id)).toEqual([
      first.id,
      second.id,
    ])
    await identity.revokeSourceToken(north, { connection: 'meters', token: first.id })
    expect(await Promise.all([opens(first.token), opens(second.token)])).toEqual([
      false,
      true,
    ])
    const third = await identity.issueSourceToken(north, 'meters')
    expect(await opens(third.token)).toBe(true)
  })

  it('is refused as a third, because it would stay forgotten', async () => {
    const first = await identity.issueSourceToken(north, 'meters')
    await identity.issueSourceToken(north, 'meters')
    const refusal = await refusalOf(identity.issueSourceToken(north, 'meters'))
    expect(refusal).toMatchObject({
      kind: 'conflict',
      next: expect.stringContaining(first.id),
    })
  })

  it('of two asked for at once by two people: never more than two live', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 4 }, () => identity.issueSourceToken(north, 'meters')),
    )
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await identity.sourceTokens(north, 'meters')).toHaveLength(2)
  })

  it('is not issued for a connection that is not there', async () => {
    expect((await refusalOf(identity.issueSourceToken(north, 'nothing'))).kind).toBe(
      'not_found',
    )
  })

  it('is revoked by its connection and its organisation only', async () => {
    const { id, token } = await identity.issueSourceToken(north, 'meters')
    const named = { connection: 'meters', token: id }
    expect((await refusalOf(identity.revokeSourceToken(south, named))).kind).toBe(
      'not_found',
    )
    const other = { connection: 'lights', token: id }
    expect((await refusalOf(identity.revokeSourceToken(north, other))).kind).toBe(
      'not_found',
    )
    expect(await opens(token)).toBe(true)
  })

  it('leaves a trace when it is issued and revoked, and never itself', async () => {
    const { id, token } = await identity.issueSourceToken(north, 'meters')
    clock.advance(durationUs(SECOND))
    await identity.revokeSourceToken(north, { connection: 'meters', token: id })
    const audit = await database.read(north).selectFrom('audit').selectAll().execute()
    expect(audit.map(({ action, subject }) => [action, subject])).toEqual([
      ['connection.token.issue', 'meters'],
      ['connection.token.revoke', 'meters'],
    ])
    expect(JSON.stringify(audit)).not.toContain(token)
  })
})

async function addConnection(organisation: OrganisationId, slug: string): Promise<void> {
  await database.write(organisation, 'normal', ({ query }) =>
    query
      .insertInto('configuration_object')
      .values({
        organisation,
        kind: 'connection',
        id: slug,
        slug,
        document: '{}',
        origin: 'yaml',
        applied_document: null,
        since_version: 1,
        until_version: null,
        valid_from: timeUs(0),
        valid_to: null,
        author: 'local',
      })
      .execute(),
  )
}
