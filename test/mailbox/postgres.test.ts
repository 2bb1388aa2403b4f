import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { PROBLEMS } from '../../src/mailbox/limits.ts'
import { replyAddress } from '../../src/mailbox/reply-token.ts'
import {
  addProblem,
  oldKnownLetters,
  readCursor,
  writeCursor,
} from '../../src/mailbox/rows.ts'
import { durationUs, HOUR, timeUs } from '../../src/domain/time.ts'
import { sweepPhotos, type SweepFinding } from '../../src/photos/sweep.ts'
import { systemRandom } from '../../src/random.ts'
import { secret } from '../cases/town.ts'
import { forgetAll } from '../support/forget-all.ts'
import { addOrganisations, north } from '../support/database.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { openMailDesk, type MailDesk } from './desk.ts'
import { letter, multipart, OWN } from './letters.ts'

it('keeps a cursor and a bounded list of problems', async () => {
  await using desk = await openMailDesk()
  const rows = await keep(desk)
  expect(rows).toEqual({
    cursor: { uidValidity: 8, lastUid: 1, since: 5 },
    problems: PROBLEMS,
    newest: PROBLEMS + 9,
  })
})

describeWithService('postgres', await findPostgres(), (begin) => {
  it('does with letters and photos what the embedded database does', async () => {
    await using server = await begin()
    await using database = await openPostgresDatabase({
      url: await server.createDatabase(),
      clock: systemClock,
      random: systemRandom,
      realTime: systemClock,
    })
    await addOrganisations(database)
    await using there = await openMailDesk({ database })
    await using here = await openMailDesk()
    const history = await story(there)
    expect(history).toEqual(await story(here))
    expect(history.outcomes).toEqual([
      'report',
      'follow_up',
      'follow_up',
      'known',
      'ignored',
    ])
    expect(await keep(there)).toEqual(await keep(here))
  })
})

async function story(desk: MailDesk) {
  const outcomes: string[] = []
  const take = async (source: Buffer): Promise<void> => {
    const outcome = await desk.take(source)
    outcomes.push(outcome === 'known' ? outcome : outcome.kind)
  }
  const parts = [
    { type: 'text/plain', body: 'See photo' },
    { type: 'image/jpeg', body: 'picture', name: 'a.jpg' },
  ]
  await take(letter(multipart('mixed', parts)))
  const query = desk.town.database.read(north)
  const { id, case: caseId } = await query
    .selectFrom('report')
    .select(['id', 'case'])
    .executeTakeFirstOrThrow()
  const To = replyAddress(secret, { address: OWN, organisation: north, report: id }) ?? ''
  await take(
    letter({ headers: { To, 'Message-ID': '<2@x.example>', From: 'b@x.example' } }),
  )
  const { number } = await query
    .selectFrom('case')
    .select('number')
    .executeTakeFirstOrThrow()
  const Subject = `SV: (${number})`
  await take(letter({ headers: { Subject, 'Message-ID': '<3@x.example>' } }))
  await take(letter({ headers: { Subject, 'Message-ID': '<3@x.example>' } }))
  await take(
    letter({ headers: { 'Auto-Submitted': 'auto-replied', 'Message-ID': '<4@x>' } }),
  )
  const photos = await desk.photos.of(query, [caseId])
  await desk.town.database.write(north, 'normal', (work) =>
    desk.photos.release(work, photos[0]?.id ?? '', 'user:anna'),
  )
  const shown = await desk.photos.of(query, [caseId])
  await desk.photos.take(north, Buffer.from('picture'))
  const found: SweepFinding[] = []
  desk.town.clock.advance(durationUs(30 * HOUR))
  await sweepPhotos({
    database: desk.town.database,
    files: desk.photos.files,
    clock: desk.town.clock,
    realTime: systemClock,
    organisations: async () => [north],
    failed: () => undefined,
    found: (finding) => found.push(finding),
  })
  const erased = await desk.photos.erase(north, { case: caseId })
  return {
    outcomes,
    cases: await desk.cases(),
    shown: shown.map(({ isPublic }) => isPublic),
    found,
    erased,
  }
}

async function keep(desk: MailDesk) {
  const { database } = desk.town
  for (const cursor of [
    { uidValidity: 7, lastUid: 3, since: timeUs(5), at: timeUs(6) },
    { uidValidity: 7, lastUid: 2, since: timeUs(9), at: timeUs(7) },
    { uidValidity: 8, lastUid: 1, since: timeUs(9), at: timeUs(8) },
    { uidValidity: 8, lastUid: 0, since: timeUs(9), at: timeUs(9) },
  ]) {
    await database.write(north, 'normal', (work) => writeCursor(work, 'm', cursor))
  }
  await database.write(north, 'normal', async (work) => {
    for (let uid = 0; uid < PROBLEMS + 10; uid += 1) {
      const where = { mailbox: 'm', uidValidity: 8, uid }
      await addProblem(work, { ...where, reason: 'damaged', at: timeUs(uid) })
    }
  })
  await forgetAll(oldKnownLetters, database, timeUs(Date.UTC(2030, 0) * 1_000))
  const query = database.read(north)
  const problems = await query.selectFrom('letter_problem').select('uid').execute()
  return {
    cursor: await readCursor(query, 'm'),
    problems: problems.length,
    newest: Math.max(...problems.map(({ uid }) => uid)),
  }
}
