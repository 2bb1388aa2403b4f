import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** A letter as a mail server got it. */
interface ReceivedLetter {
  readonly from: string
  readonly to: readonly string[]
  /** Header lines and text, line ends as sent. */
  readonly source: string
}

export interface SmtpSink extends AsyncDisposable {
  readonly url: string
  readonly received: readonly ReceivedLetter[]
}

/** What the sink answers to a recipient instead of taking it. */
export type RefuseRecipient = (address: string) => string | undefined

/** A mail server on a free port of this machine that keeps what it is sent. */
export async function startSmtpSink(
  refuse: RefuseRecipient = () => undefined,
  refuseLetter: () => string | undefined = () => undefined,
): Promise<SmtpSink> {
  const received: ReceivedLetter[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    talk(socket, { received, refuse, refuseLetter })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Session {
  from: string
  to: string[]
  /** Lines of the letter while it is being sent. */
  data: string[] | undefined
}

interface Sink {
  readonly received: ReceivedLetter[]
  readonly refuse: RefuseRecipient
  /** What is answered to a whole letter instead of taking it. */
  readonly refuseLetter: () => string | undefined
}

function talk(socket: Socket, sink: Sink): void {
  const session: Session = { from: '', to: [], data: undefined }
  let rest = ''
  const say = (line: string) => socket.write(`${line}\r\n`)
  say('220 sink ready')
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const answer =
        session.data === undefined
          ? command(session, line, sink.refuse)
          : content(session, line, sink)
      if (answer !== undefined) say(answer)
      if (line === 'QUIT') socket.end()
    }
  })
}

function command(session: Session, line: string, refuse: RefuseRecipient): string {
  const [verb = ''] = line.toUpperCase().split(/[ :]/)
  const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
  switch (verb) {
    case 'MAIL':
      Object.assign(session, { from: address, to: [] })
      return '250 ok'
    case 'RCPT': {
      const refusal = refuse(address)
      if (refusal !== undefined) return refusal
      session.to.push(address)
      return '250 ok'
    }
    case 'DATA':
      session.data = []
      return '354 go on'
    case 'QUIT':
      return '221 bye'
    default:
      return '250 ok'
  }
}

function content(
  session: Session,
  line: string,
  { received, refuseLetter }: Sink,
): string | undefined {
  if (line !== '.') {
    session.data?.push(line.startsWith('..') ? line.slice(1) : line)
    return undefined
  }
  const refusal = refuseLetter()
  if (refusal !== undefined) {
    session.data = undefined
    return refusal
  }
  received.push({
    from: session.from,
    to: session.to,
    source: (session.data ?? []).join('\r\n'),
  })
  session.data = undefined
  return '250 taken'
}
