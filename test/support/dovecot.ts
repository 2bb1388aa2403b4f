import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import type { Service } from './services.ts'
import { temporaryFolder } from './temporary.ts'

/** A real mail server with one mailbox; it survives being stopped and started: same port, same letters. */
export interface Dovecot extends AsyncDisposable {
  readonly port: number
  readonly user: string
  readonly password: string
  /** Puts a letter into the inbox, as a mail server does; now unless another time is given. */
  deliver(letter: Buffer, name?: string): Promise<void>
  /** Flags of the letters, in the order of their names: `S` seen, `F` flagged. */
  flags(): Promise<readonly string[]>
  /** Ends the process: in an orderly way, or as a crash would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  start(): Promise<void>
  /** While it is stopped: forgets the numbers it gave, so that all letters get new ones. */
  renumber(): Promise<void>
}

export type StartDovecot = () => Promise<Dovecot>

/** Debian keeps servers where a user's search path does not look. */
export function findDovecot(): Service<StartDovecot> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  const program = folders.map((folder) => join(folder, 'dovecot')).find(existsSync)
  if (program === undefined) return { kind: 'missing', why: 'dovecot is not installed' }
  return { kind: 'there', start: async () => () => startServer(program) }
}

/** It must not run as root; `nobody` has this number everywhere. */
const NOBODY = 65_534

async function startServer(program: string): Promise<Dovecot> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await temporaryFolder())
  const port = await freePort()
  const root = process.getuid?.() === 0
  const uid = root ? NOBODY : (process.getuid?.() ?? NOBODY)
  const gid = root ? NOBODY : (process.getgid?.() ?? NOBODY)
  const inbox = join(folder.path, 'mail')
  for (const name of ['base', 'mail', 'mail/new', 'mail/cur', 'mail/tmp']) {
    await mkdir(join(folder.path, name))
    await chown(join(folder.path, name), uid, gid)
  }
  await chown(folder.path, uid, gid)
  const file = join(folder.path, 'dovecot.conf')
  const names = root ? { user: 'nobody', group: await groupOf() } : await ownNames()
  await writeFile(file, configuration(folder.path, { port, uid, gid, ...names }))
  let server: ChildProcess | undefined
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const stopping = server
    server = undefined
    if (stopping === undefined || (stopping.exitCode ?? stopping.signalCode) !== null)
      return
    const ended = once(stopping, 'exit')
    // Its children hold the connections; in a group of its own they end with it.
    if (signal === 'SIGKILL' && stopping.pid !== undefined)
      process.kill(-stopping.pid, signal)
    else stopping.kill(signal)
    await ended
  }
  let over = false
  const start = async (): Promise<void> => {
    // A test that ran out of time may still be on its way.
    if (over) throw new Error('the server was given back')
    const ids = root ? { uid, gid } : {}
    server = await running(
      spawn(program, ['-F', '-c', file], {
        cwd: folder.path,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
        ...ids,
      }),
      port,
    )
  }
  starting.defer(() => {
    over = true
    return stop('SIGKILL')
  })
  await start()
  let delivered = 0
  const stack = starting.move()
  return {
    port,
    user: 'mail',
    password: 'any',
    stop,
    start,
    async deliver(letter, name) {
      delivered += 1
      const called = name ?? `${String(delivered).padStart(6, '0')}.letter`
      const unfinished = join(inbox, 'tmp', called)
      await writeFile(unfinished, letter)
      await chown(unfinished, uid, gid)
      await rename(unfinished, join(inbox, 'new', called))
    },
    async flags() {
      const found = [
        ...(await readdir(join(inbox, 'cur'))),
        ...(await readdir(join(inbox, 'new'))),
      ]
      return found.toSorted().map((name) => name.split(':2,')[1] ?? '')
    },
    async renumber() {
      for (const name of await readdir(inbox)) {
        if (name.startsWith('dovecot')) await rm(join(inbox, name))
      }
      // Another validity than the one before, also within the same second.
      const list = join(inbox, 'dovecot-uidlist')
      await writeFile(list, '3 V4711 N1\n')
      await chown(list, uid, gid)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

interface Names {
  readonly port: number
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly group: string
}

/** One mailbox that any password opens; nothing of it is root's. */
function configuration(folder: string, { port, uid, gid, user, group }: Names): string {
  return `
base_dir = ${folder}/base
state_dir = ${folder}/base
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:${folder}/mail
mailbox_idle_check_interval = 1 s
shutdown_clients = yes
passdb {
  driver = static
  args = nopassword=yes
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`
}

/** Resolves when it greets. */
async function running(server: ChildProcess, port: number): Promise<ChildProcess> {
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`dovecot ended with ${String(code)}: ${said}`)
  })
  ended.catch(() => undefined)
  await Promise.race([ended, greeted(port)])
  return server
}

async function greeted(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (answer) return
    // Nothing tells when it listens; it does within moments.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Debian calls it nogroup, others nobody. */
async function groupOf(): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const groups = await readFile('/etc/group', 'utf8')
  return /^([^:]+):[^:]*:65534:/m.exec(groups)?.[1] ?? 'nogroup'
}

async function ownNames(): Promise<{ user: string; group: string }> {
  const { execFileSync } = await import('node:child_process')
  const ask = (flags: string): string => execFileSync('id', [flags]).toString().trim()
  return { user: ask('-un'), group: ask('-gn') }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
