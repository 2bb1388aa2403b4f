import { DatabaseSync } from 'node:sqlite'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { eventually, fjordvik, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases, goDark, openAlarms } from './look.ts'
import { darkOnLamp17, report } from './people-say.ts'

it('shows another organisation nothing of it', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock, also: fjordvik })
  const ours = await service.logIn('admin@strandkoping.example')
  await goDark(service, 'lamp-1')
  await report(service, { ...darkOnLamp17, asset: 'lamp-1' })
  const [alarm] = await eventually(
    () => openAlarms(ours),
    ({ length }) => length === 1,
  )
  const [one] = await allCases(ours)
  const paths = [
    `/alarms/${alarm?.id}`,
    `/alarms/${alarm?.id}/journal`,
    `/cases/${one?.id}`,
  ]
  for (const path of paths) expect((await ours.get(path)).status).toBe(200)

  for (const email of ['admin@fjordvik.example', 'drift@fjordvik.example']) {
    const theirs = await service.logIn(email, fjordvik)
    expect(await openAlarms(theirs)).toEqual([])
    expect(await allCases(theirs)).toEqual([])
    for (const path of [
      ...paths,
      '/assets/lamp-17',
      '/assets/lamp-17/history?role=power',
    ]) {
      expect({ path, status: (await theirs.get(path)).status }).toEqual({
        path,
        status: 404,
      })
    }
    // Both have a lamp-1, and theirs knows nothing of ours.
    expect((await theirs.get('/assets/lamp-1')).body).toMatchObject({
      alarms: [],
      cases: [],
    })
    if (email.startsWith('admin')) continue
    const acknowledging = await theirs.post(`/alarms/${alarm?.id}/acknowledge`, {
      raise: 1,
    })
    expect(acknowledging.status).toBe(404)
    const move = { to: 'closed', version: one?.version, reason: 'fixed' }
    expect((await theirs.post(`/cases/${one?.id}/move`, move)).status).toBe(404)
  }
  expect(await openAlarms(ours)).toMatchObject([{ state: 'unacknowledged' }])
  expect(await allCases(ours)).toMatchObject([{ state: 'received' }])
})

const kim = {
  name: 'Kim Testsson',
  email: 'kim.planted@example.org',
  phone: '0523-98 76 54',
}
const bo = {
  name: 'Bo Provsson',
  email: 'bo.planted@example.net',
  phone: '+46 523 11 22 33',
}
const secrets = [kim, bo].flatMap((person) => Object.values(person))

it('mails each follower alone, and writes what people say of themselves nowhere in the clear', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  const logged: string[] = []
  {
    await using service = await startService({
      folder: folder.path,
      clock,
      hearLog: (line) => logged.push(line),
    })
    const staff = await service.logIn('admin@strandkoping.example')
    const mails = async () => (await readMails(join(folder.path, 'mail'))).length
    // People write into the text what the form asks them not to.
    const text = `Ring ${kim.name}, ${kim.phone}`
    await report(service, { ...darkOnLamp17, text, contact: kim, wantsUpdates: true })
    await report(service, { ...darkOnLamp17, contact: bo, wantsUpdates: true })
    service.pass(durationUs(6 * SECOND))
    await eventually(mails, (count) => count === 2)
    const [one] = await allCases(staff)
    // Reading them is allowed, and leaves a trace without them.
    await staff.get(`/cases/${one?.id}`)
    const move = {
      to: 'closed',
      version: one?.version,
      reason: 'fixed',
      text: 'Lampan är bytt',
    }
    expect((await staff.post(`/cases/${one?.id}/move`, move)).status).toBe(200)
    // Nobody hears twice within ten minutes. A jump, or a letter that is just being sent takes so long
    // that it is tried again.
    clock.suspend(durationUs(11 * 60 * SECOND))
    const next = () => {
      service.pass(durationUs(SECOND / 5))
      return mails()
    }
    await eventually(next, (count) => count === 4)
    await report(service, {
      ...darkOnLamp17,
      contact: { ...kim, phone: 'x' },
      wantsUpdates: 7,
    })
  }
  const mails = await readMails(join(folder.path, 'mail'))
  for (const [person, other] of [
    [kim, bo],
    [bo, kim],
  ] as const) {
    const own = mails.filter((mail) => mail.includes(`To: ${person.email}`))
    expect(own).toHaveLength(2)
    for (const mail of own) {
      for (const secret of Object.values(other)) expect(mail).not.toContain(secret)
      expect(mail).not.toContain(person.phone)
      expect(mail).toContain('STR-2026-000001')
    }
    expect(own.join('\n')).toContain('Lampan är bytt')
  }
  const holders = tablesWith(join(folder.path, 'gatuvakt.sqlite'), secrets)
  expect(holders).toEqual([])
  const log = logged.join('')
  expect(log).not.toBe('')
  for (const secret of secrets) expect(log).not.toContain(secret)
})

/** Every mail, its text decoded. */
async function readMails(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      const [head = '', ...body] = text.split('\r\n\r\n')
      return `${head}\n\n${decoded(head, body.join('\r\n\r\n'))}`
    }),
  )
}

function decoded(head: string, body: string): string {
  if (/^Content-Transfer-Encoding: base64/im.test(head)) {
    return Buffer.from(body, 'base64').toString('utf8')
  }
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** Tables of which some row holds one of the texts, in whatever column. */
function tablesWith(file: string, texts: readonly string[]): readonly string[] {
  using database = new DatabaseSync(file, { readOnly: true })
  const tables = database
    .prepare(`select name from sqlite_schema where type = 'table' order by name`)
    .all()
    .map(({ name }) => String(name))
  return tables.filter((table) =>
    database
      .prepare(`select * from "${table}"`)
      .all()
      .some((row) => texts.some((text) => Object.values(row).join('\n').includes(text))),
  )
}
