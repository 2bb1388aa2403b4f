import { afterAll, beforeAll, expect, it } from 'vitest'
import { join } from 'node:path'
import { caseDetailView } from '../../src/cases/views.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { letter } from '../mailbox/letters.ts'
import { allCases } from '../scenario/look.ts'
import { findDovecot, type Dovecot, type StartDovecot } from '../support/dovecot.ts'
import { eventually, startService, strandkoping } from '../support/service.ts'
import type { Person, TestService } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { startSmtpSink, type SmtpSink } from '../support/smtp.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { dumpSqlite, filesWith, found } from './look-everywhere.ts'
import { photoFiles } from './photo-files.ts'
import {
  endless,
  everywhere,
  firstLetter,
  fromStranger,
  fromTeacher,
  holiday,
  mailboxes,
  own,
  OWN,
  planted,
  reply,
} from './planted-letters.ts'

describeWithService('dovecot', findDovecot(), (start) => {
  let startServer: StartDovecot
  let open: Dovecot
  let closed: Dovecot
  beforeAll(async () => {
    startServer = await start()
    open = await startServer()
    closed = await startServer()
  })
  afterAll(async () => {
    await open[Symbol.asyncDispose]()
    await closed[Symbol.asyncDispose]()
  })

  it('forgets everywhere what came in letters', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder()
    const { path } = folder
    const dump = () => dumpSqlite(join(path, 'gatuvakt.sqlite'))
    const logged: string[] = []
    await using sink = await startSmtpSink()
    const begin = () =>
      startService({
        folder: path,
        clock: new VirtualClock(),
        mailUrl: sink.url,
        hearLog: (line) => logged.push(line),
        settings: { secrets: { 'mail-password': open.password } },
        edit: (file, text) =>
          file === 'retention.yaml' ? text + mailboxes(open, closed) : text,
      })
    // What is configured while it runs is read within a minute, and from the start with the next start.
    await (await begin())[Symbol.asyncDispose]()
    {
      await using service = await begin()
      const staff = await service.logIn('admin@strandkoping.example')
      await rows(service, 'mailbox', 2)
      const first = await firstLetter()
      await open.deliver(first)
      const id = await theCase(staff)
      await open.deliver(reply(await answered(service, sink)))
      await open.deliver(holiday)
      await rows(service, 'letter', 3)
      await closed.deliver(await fromStranger())
      await closed.deliver(endless)
      await closed.deliver(fromTeacher)
      await rows(service, 'letter_problem', 2)
      await rows(service, 'letter', 4)

      // All of it is sealed; what was not taken stays on the mail server alone.
      expect(found(everywhere, dump(), 'tables')).toEqual([])
      expect(await filesWith(everywhere, path)).toEqual([])
      await rows(service, 'photo', 1)
      const whole = await service.app.database
        .read(strandkoping)
        .selectFrom('letter_problem')
        .select('reason')
        .orderBy('uid')
        .execute()
      expect(whole.map(({ reason }) => reason)).toEqual(['sender', 'too_large'])
      const shown = JSON.stringify(
        (await staff.get(`/cases/${id}/export?masked=false`)).body,
      )
      for (const what of own) expect(shown).toContain(planted[what])
      for (const what of ['quoted', 'fileName', 'messageId', 'holiday'] as const)
        expect(shown).not.toContain(planted[what])

      // One person goes with all that this one wrote, and comes back with no letter that is seen again.
      const detail = caseDetailView.parse((await staff.get(`/cases/${id}`)).body)
      const [reporter] = detail.reporters ?? []
      const gone = await staff.post(`/cases/${id}/erase`, { report: reporter?.report })
      expect(gone).toMatchObject({ status: 200, body: { erased: 2 } })
      const left = JSON.stringify(
        (await staff.get(`/cases/${id}/export?masked=false`)).body,
      )
      for (const what of own) expect(left).not.toContain(planted[what])
      await open.deliver(first)
      await open.deliver(
        letter({ headers: { To: OWN, 'Message-ID': '<last@hem.example>' } }),
      )
      await rows(service, 'letter', 5)
      expect(found(everywhere, dump(), 'tables')).toEqual([])

      for (const one of await allCases(staff))
        expect((await staff.post(`/cases/${one.id}/erase`, {})).status).toBe(200)
      service.pass(durationUs(11 * MINUTE))
      await service.settle()
      service.pass(HOUR)
      await eventually(
        () => photoFiles(path),
        (files) => files.length === 0,
      )
    }
    expect(logged.length).toBeGreaterThan(0)
    // The letters to them left before; the way to the mail server is no place of ours.
    expect([
      ...found(everywhere, dump(), 'tables'),
      ...found(everywhere, logged.join(''), 'log'),
      ...(await filesWith(everywhere, path)),
    ]).toEqual([])
  })
})

async function rows(
  { app }: TestService,
  table: 'letter' | 'letter_problem' | 'mailbox' | 'photo',
  count: number,
): Promise<void> {
  const query = app.database.read(strandkoping)
  await eventually(
    async () => (await query.selectFrom(table).select('organisation').execute()).length,
    (length) => length === count,
  )
}

async function theCase(staff: Person): Promise<string> {
  const [one] = await eventually(
    () => allCases(staff),
    (cases) => cases.length === 1,
  )
  return one?.id ?? ''
}

/** Message-ID of what the person was answered. */
async function answered(service: TestService, sink: SmtpSink): Promise<string> {
  const [sent] = await eventually(
    () => {
      service.pass(durationUs(SECOND))
      return Promise.resolve(sink.received.filter(({ to }) => to.includes(planted.address)))
    },
    (letters) => letters.length === 1,
  )
  return /^Message-ID:\s*(<[^>]+>)/im.exec(sent?.source ?? '')?.[1] ?? ''
}
