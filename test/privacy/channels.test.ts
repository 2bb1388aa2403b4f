import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { caseDetailView } from '../../src/cases/views.ts'
import { durationUs, HOUR, MINUTE } from '../../src/domain/time.ts'
import { allCases } from '../scenario/look.ts'
import { partnerProgram } from '../scenario/partners-say.ts'
import { report } from '../scenario/people-say.ts'
import { findPostgres, type PostgresServer } from '../support/postgres.ts'
import { eventually, startService } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { startSmtpSink } from '../support/smtp.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import {
  category,
  contractors,
  gront,
  move,
  overOpen311,
  partnerUpdate,
  planted,
  postForm,
  words,
  type Story,
} from './channels.ts'
import { dumpPostgres, dumpSqlite, filesWith, found } from './look-everywhere.ts'
import { photoFiles } from './photo-files.ts'

async function wholeStory({
  folder,
  databaseUrl,
  dump,
}: {
  readonly folder: string
  readonly databaseUrl?: string
  readonly dump: () => Promise<string>
}): Promise<readonly string[]> {
  const clock = new VirtualClock()
  const logged: string[] = []
  let secret = ''
  await using sink = await startSmtpSink()
  {
    await using service = await startService({
      folder,
      clock,
      also: gront,
      mailUrl: sink.url,
      hearLog: (line) => logged.push(line),
      ...(databaseUrl !== undefined && { databaseUrl }),
    })
    const staff = await service.logIn('admin@strandkoping.example')
    const contractor = await service.logIn('gro@gront.example', gront)
    const story: Story = { service, staff, contractor }
    const { key } = await partnerProgram(service)
    // A key is known by its first part; clients may send it in the address, where nobody may log it.
    secret = key.split('_').slice(2).join('_')
    expect(secret).toHaveLength(43)

    const request = await overOpen311(story, key)
    const [sent] = await allCases(staff)
    const id = sent?.id ?? ''
    const web = await report(service, {
      category,
      address: planted.webAddress,
      place: { lat: 58.3501, lon: 11.4303 },
      text: planted.webWords,
      language: 'sv',
      contact: { email: planted.webEmail },
      wantsUpdates: true,
      idempotencyKey: planted.key,
      follows: id,
    })
    expect(web.status).toBe(201)
    expect(await allCases(staff)).toHaveLength(1)
    await postForm(story, `/f/${web.receipt.token}/say`, { text: planted.said })
    await partnerUpdate(story, key, request)
    const theirs = `/contractor/cases/strandkoping/${id}`
    await move(contractor, theirs, 'assigned')
    await move(contractor, theirs, 'in_progress', { text: contractors })
    service.pass(durationUs(MINUTE))
    await move(contractor, theirs, 'done_reported')
    await move(staff, `/cases/${id}`, 'closed', { reason: 'fixed' })
    await postForm(story, `/f/${web.receipt.token}/judge`, {
      satisfied: 'yes',
      text: planted.judged,
    })
    // Nobody outside is told what somebody wrote, nor is it searched.
    const outside = `${service.http}/open311/v2/requests/${request}.json?jurisdiction_id=strandkoping.example&api_key=${key}`
    expect(found(words, await (await fetch(outside)).text(), 'public')).toEqual([])
    expect(
      found(words, await dump(), 'tables').filter((one) => !one.endsWith(planted.key)),
    ).toEqual([])
    expect(
      await filesWith(
        words.filter((one) => one !== planted.key),
        folder,
      ),
    ).toEqual([])

    // Staff read it all, and an export holds it all.
    const detail = caseDetailView.parse((await staff.get(`/cases/${id}`)).body)
    const people = detail.reporters ?? []
    const whole = JSON.stringify((await staff.get(`/cases/${id}/export?masked=false`)).body)
    const kept: readonly (keyof typeof planted)[] = [
      'frame',
      'firstName',
      'lastName',
      'email',
      'phone',
      'address',
      'webAddress',
      'webWords',
      'webEmail',
      'said',
      'judged',
      'update',
      'updateTitle',
    ]
    for (const what of kept) expect(whole).toContain(planted[what])
    const masked = (await staff.get(`/cases/${id}/export?masked=true`)).body
    expect(JSON.stringify(masked)).not.toMatch(/Xkcj|qzvw\.|98 76 54|0702223344|0709988776/)

    // One person alone, with all that this one said later.
    const own = people.find(({ email }) => email === planted.webEmail)
    const one = await staff.post(`/cases/${id}/erase`, { report: own?.report })
    expect(one).toMatchObject({ status: 200, body: { erased: 3 } })
    const left = JSON.stringify((await staff.get(`/cases/${id}/export?masked=false`)).body)
    for (const what of [
      'webAddress',
      'webWords',
      'webEmail',
      'said',
      'judged',
      'key',
    ] as const)
      expect(left).not.toContain(planted[what])
    expect(left).toContain(planted.frame)
    expect(left).not.toContain('0709988776')
    expect(found([planted.key], await dump(), 'tables')).toEqual([])

    expect((await staff.post(`/cases/${id}/erase`, {})).status).toBe(200)
    service.pass(durationUs(11 * MINUTE))
    await service.settle()
    service.pass(HOUR)
    await eventually(
      () => photoFiles(folder),
      (files) => files.length === 0,
    )
  }
  expect(logged.length).toBeGreaterThan(0)
  const all = [...words, secret, 'Rqzwentreprenör', '0709988776', '709988776']
  return [
    ...found(all, await dump(), 'tables'),
    ...found(all, logged.join(''), 'log'),
    ...(await filesWith(all, folder)),
  ]
}

it(
  'forgets everywhere what came through partners, followers and contractors',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder()
    const left = await wholeStory({
      folder: folder.path,
      dump: () => Promise.resolve(dumpSqlite(join(folder.path, 'gatuvakt.sqlite'))),
    })
    expect(left).toEqual([])
  },
)

describeWithService('postgres', await findPostgres(), (start) => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('does so on PostgreSQL too', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder()
    const databaseUrl = await server.createDatabase()
    const left = await wholeStory({
      folder: folder.path,
      databaseUrl,
      dump: () => dumpPostgres(databaseUrl),
    })
    expect(left).toEqual([])
  })
})
