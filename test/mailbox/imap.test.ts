import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { DatabaseBusyError, type Database } from '../../src/database/database.ts'
import { mailbox } from '../../src/mailbox/config.ts'
import { openImapFolder } from '../../src/mailbox/imap-source.ts'
import type { MailboxOf } from '../../src/mailbox/intake.ts'
import { startMailboxes, type Mailboxes } from '../../src/mailbox/mailboxes.ts'
import { readFolder, type FolderParts } from '../../src/mailbox/read-folder.ts'
import { createSenderLimit } from '../../src/mailbox/sender-limit.ts'
import { LETTER_BYTES, LETTERS_AN_HOUR } from '../../src/mailbox/limits.ts'
import { north } from '../support/database.ts'
import { findDovecot, type Dovecot, type StartDovecot } from '../support/dovecot.ts'
import { seededRandom } from '../support/random.ts'
import { describeWithService } from '../support/services.ts'
import { openMailDesk, settings, type MailDesk } from './desk.ts'
import { letter, named } from './letters.ts'

type News = Parameters<NonNullable<FolderParts['heard']>>[0]

describeWithService('dovecot', findDovecot(), (start) => {
  let startServer: StartDovecot
  let server: Dovecot
  let desk: MailDesk
  let box: MailboxOf
  let heard: News[]
  let failures: unknown[]
  let changed: (() => void) | undefined
  let reading: Mailboxes | undefined

  beforeAll(async () => {
    startServer = await start()
  })
  beforeEach(async () => {
    server = await startServer()
    desk = await openMailDesk()
    const { port, user } = server
    box = { ...desk.box, settings: mailbox.parse({ ...settings, port, user }) }
    heard = []
    failures = []
  })
  afterEach(async () => {
    await reading?.[Symbol.asyncDispose]()
    reading = undefined
    await desk[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it('takes letters as they arrive, and marks them as read', async () => {
    await server.deliver(named('before-us'))
    await read()
    await server.deliver(named('one'))
    await until(() => heard.length === 1)
    await server.deliver(named('two'))
    await until(() => heard.length === 2)
    expect(heard.map(({ what }) => what)).toEqual(['report', 'report'])
    await until(async () => (await server.flags()).join(' ') === ' S S')
    expect(await desk.cases()).toHaveLength(2)
  })

  it('deletes what it took where that is wanted, and nothing else', async () => {
    box = {
      ...box,
      settings: { ...box.settings, taken: 'delete', senders: ['@hem.example'] },
    }
    await once()
    await server.deliver(named('one'))
    await server.deliver(named('stranger', 'x@evil.example'))
    await once()
    expect(await desk.cases()).toHaveLength(1)
    expect(await server.flags()).toEqual(['F'])
  })

  it('connects again after a crash of the server, and reads what came meanwhile', async () => {
    await read()
    await server.deliver(named('one'))
    await until(() => heard.length === 1)
    await server.stop('SIGKILL')
    await server.deliver(named('two'))
    await until(() => failures.length > 0)
    await server.start()
    await until(() => heard.length === 2)
    expect(heard.map(({ what }) => what)).toEqual(['report', 'report'])
  })

  it('takes nothing twice and nothing old when the server numbers its letters anew', async () => {
    await server.deliver(named('before-us'))
    // The server tells whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    await once()
    await server.deliver(named('one'))
    await once()
    await server.stop()
    await server.renumber()
    await server.start()
    await server.deliver(named('two'))
    await once()
    expect(heard.map(({ what }) => what)).toEqual(['report', 'known', 'report'])
    expect(await desk.cases()).toHaveLength(2)
    const cursor = await desk.town.database
      .read(north)
      .selectFrom('mailbox')
      .selectAll()
      .execute()
    expect(cursor).toMatchObject([{ uid_validity: 4_711, last_uid: 3 }])
  })

  it.each([1, 2, 3])('makes one report when it is killed at write %s', async (at) => {
    await once()
    await server.deliver(named('one'))
    let writes = 0
    const { database } = desk.town
    const dying: Database = {
      ...database,
      read: (organisation) => database.read(organisation),
      write: async (...asked) => {
        writes += 1
        if (writes >= at) throw new DatabaseBusyError('killed')
        return await database.write(...asked)
      },
    }
    const killed = once({ database: dying }).catch((error: unknown) => error)
    expect((await killed) instanceof Error).toBe(at < 3)
    await once()
    expect(await desk.cases()).toMatchObject([{ reports: 1, followUps: 0 }])
  })

  it('puts aside what it cannot take, flagged and unread, and goes on', async () => {
    await once()
    await server.deliver(
      letter({
        headers: { 'Message-ID': '<large@hem.example>' },
        body: 'x'.repeat(LETTER_BYTES),
      }),
    )
    await server.deliver(named('stranger', 'x@evil.example'))
    await server.deliver(named('lena', 'lena@skolan.example'))
    box = { ...box, settings: { ...box.settings, senders: ['@skolan.example'] } }
    await once()
    expect(heard.map(({ what, reason }) => reason ?? what)).toEqual([
      'too_large',
      'sender',
      'report',
    ])
    expect(await server.flags()).toEqual(['F', 'F', 'S'])
    const problems = await desk.town.database
      .read(north)
      .selectFrom('letter_problem')
      .select(['uid', 'reason'])
      .orderBy('uid')
      .execute()
    expect(problems.map(({ reason }) => reason)).toEqual(['too_large', 'sender'])
  })

  it('puts a letter aside that fails again and again for a reason nobody knows', async () => {
    await once()
    await server.deliver(named('one'))
    await server.deliver(named('two'))
    let calls = 0
    const cases: FolderParts['cases'] = {
      ...desk.parts.cases,
      report: async (...asked) => {
        calls += 1
        if (calls <= 3) throw new TypeError('a fault of ours')
        return await desk.parts.cases.report(...asked)
      },
    }
    const tries = new Map<number, number>()
    await expect(once({ cases }, tries)).rejects.toThrow('a fault')
    await expect(once({ cases }, tries)).rejects.toThrow('a fault')
    await once({ cases }, tries)
    expect(heard.map(({ what, reason }) => reason ?? what)).toEqual(['failed', 'report'])
  })

  it('stops two machines that answer each other', async () => {
    await once()
    for (let index = 0; index < LETTERS_AN_HOUR + 2; index += 1) {
      await server.deliver(named(`n${index}`))
    }
    await once()
    expect(heard.filter(({ what }) => what === 'report')).toHaveLength(LETTERS_AN_HOUR)
    expect(heard.filter(({ reason }) => reason === 'too_many')).toHaveLength(2)
  })

  it('reads what the configuration names, and only that', async () => {
    let boxes: readonly MailboxOf[] = []
    await read(async () => boxes)
    await server.deliver(named('too-early'))
    boxes = [box]
    await reading?.refresh()
    await until(async () => (await cursors()) === 1)
    await server.deliver(named('one'))
    await until(() => heard.length === 1)
    boxes = []
    await reading?.refresh()
    await server.deliver(named('too-late'))
    expect(heard).toHaveLength(1)
    boxes = [{ ...box, settings: { ...box.settings, secret: 'unknown' } }]
    await reading?.refresh()
    await until(() => failures.length > 0)
    expect(String(failures[0])).toContain('secrets.unknown')
  })

  it('sends no password over a plain connection that should be none', async () => {
    for (const tls of ['starttls', 'implicit'] as const) {
      box = { ...box, settings: { ...box.settings, tls } }
      await expect(once()).rejects.toThrow(Error)
    }
    expect(mailbox.safeParse({ ...settings, host: 'mail.example' }).success).toBe(false)
  })

  async function read(
    mailboxes: () => Promise<readonly MailboxOf[]> = async () => [box],
  ): Promise<void> {
    reading = await startMailboxes({
      ...desk.parts,
      realTime: systemClock,
      heard: hear,
      mailboxes,
      secretOf: (name) => (name === settings.secret ? server.password : undefined),
      random: seededRandom(),
      failed: (_, error) => {
        failures.push(error)
        changed?.()
      },
      stale: (error) => failures.push(error),
    })
    const wanted = (await mailboxes()).filter(
      ({ settings: { secret } }) => secret === settings.secret,
    )
    if (wanted.length > 0) await until(async () => (await cursors()) === 1)
  }

  /** Connects, reads all there is, and leaves. */
  async function once(
    changes: Partial<FolderParts> = {},
    tries = new Map<number, number>(),
  ): Promise<void> {
    await using source = await openImapFolder({
      settings: box.settings,
      password: server.password,
      realTime: systemClock,
    })
    const limit = createSenderLimit(systemClock)
    const parts = { ...desk.parts, realTime: systemClock, heard: hear, limit, ...changes }
    await readFolder(parts, box, source, tries)
  }

  function hear(news: News): void {
    heard.push(news)
    changed?.()
  }

  async function cursors(): Promise<number> {
    const query = desk.town.database.read(north)
    return (await query.selectFrom('mailbox').select('mailbox').execute()).length
  }

  /** Looks again whenever something is heard, and every 50 ms; the test's own time bounds it. */
  async function until(done: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await done())) {
      const { promise, resolve } = Promise.withResolvers<void>()
      changed = resolve
      const timer = setTimeout(resolve, 50)
      await promise
      clearTimeout(timer)
    }
  }
})
