import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { triedView, typeTryView, type TypeTryView } from '../../api/type-view.ts'
import { usable } from '../../api/types-work.ts'
import { systemClock } from '../../clock.ts'
import { Problem } from '../../domain/problem.ts'
import { toIso } from '../../domain/time.ts'
import { tryMessage } from '../../workshop/try-message.ts'
import type { Bases } from '../../workshop/bases.ts'
import type { TypeFiles } from '../../workshop/type-files.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { readTypeFolder } from './folder.ts'
import { askDevice, type Asked } from './protocols.ts'
import { addressOf } from './simulation-plan.ts'
import { siblingBases } from './sibling-bases.ts'

/** Bytes of a message that is tried. */
const MOST_BYTES = 262_144

interface Options {
  readonly payload?: string
  readonly hex?: string
  readonly file?: string
  readonly address?: string
  readonly at: string[]
  readonly trust?: string
  readonly topic?: string
  readonly device?: string
  readonly organisation?: string
  readonly json?: boolean
}

/** `gatuvakt types try`: what a type makes of a message; nothing is stored. */
export function tryCommand(terminal: Terminal, finish: Run): Command {
  return new Command('try')
    .description(
      'Show what a device type makes of a message, and which alarm would come; nothing is stored',
    )
    .argument('<folder>', 'with type.yaml; it need not be in force')
    .option('--payload <text>', 'the message as text')
    .option('--hex <bytes>', 'the message as hexadecimal digits')
    .option('--file <path>', 'the message as a file; - is standard input')
    .option(
      '--address <url>',
      'look at a real device: tcp://host:502 or opc.tcp://host:4840',
    )
    .option('--at <name=value...>', 'where on it: unit=1, root=/0:Objects/p:Station', [])
    .option('--trust <fingerprint>', "opcua: SHA-256 of the server's certificate")
    .option('--topic <topic>', 'where the message came from')
    .option(
      '--device <slug>',
      'a device: its last message unless one is given, and its rules',
    )
    .option('--organisation <slug>', 'whose device; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt types try slc --payload '{"ts": 1795194000, "p": 621}'
  gatuvakt types try bin --hex 01755C03824408040001
  gatuvakt types try slc --device lamp-17
  gatuvakt types try station --address tcp://plc:502 --at unit=1
  gatuvakt types try scada --address opc.tcp://scada:4840 --at root=/0:Objects/p:Station1

--address only reads. Over Modbus a value that cannot be is tried in the other byte orders and one
register further; over OPC UA every node that is not there is named, with what is there instead. A
look without --trust is neither signed nor encrypted.
Exit codes: 0 every point is usable · 3 something was not understood · 4 no such folder or device`,
    )
    .action(async (folder: string, options: Options, command: Command) => {
      const files = await readTypeFolder(folder)
      const bases = siblingBases(folder)
      const data = settings(command, terminal).data
      const asked = await messageOf({ files, bases, data }, options)
      const payload = asked?.payload
      const heard =
        options.device === undefined && options.organisation === undefined
          ? await tryHere({ files, bases }, payload, options)
          : await withLocalService(settings(command, terminal), (service) =>
              service.post('/types-try', requestOf(files, payload, options), typeTryView),
            )
      const view = withHints(heard, asked?.hints ?? [])
      terminal.out(options.json === true ? JSON.stringify(view) : picture(view))
      finish(view.problems.length + view.hints.length > 0 ? exit.invalid : exit.ok)
    })
}

function requestOf(
  files: TypeFiles,
  payload: Uint8Array | undefined,
  options: Options,
): object {
  const { topic, device, organisation } = options
  return {
    files,
    ...(payload !== undefined && { payload: Buffer.from(payload).toString('base64') }),
    ...(topic !== undefined && { topic }),
    ...(device !== undefined && { device }),
    ...(organisation !== undefined && { organisation }),
  }
}

/** The type that is tried, and where those are that it extends. */
interface Tried {
  readonly files: TypeFiles
  readonly bases: Bases
}

/** Without a device nothing is asked of the service, so none needs to be there. */
async function tryHere(
  { files, bases }: Tried,
  payload: Uint8Array | undefined,
  { topic = '' }: Options,
): Promise<TypeTryView> {
  const { type } = await usable(files, bases)
  if (payload === undefined) throw noMessage()
  const ingest = systemClock.now()
  return {
    type: type.type,
    device: null,
    message: { from: 'given', at: toIso(ingest), topic },
    ...triedView(await tryMessage(type, { payload, topic, ingest })),
  }
}

/** What was given, or what a real device says when it is asked. */
async function messageOf(
  { files, bases, data }: Tried & { readonly data: string },
  options: Options,
): Promise<Asked | undefined> {
  const given = await payloadOf(options)
  const { address } = options
  if (address === undefined) return given && { payload: given, hints: [] }
  if (given !== undefined) throw onlyOne()
  const { type } = await usable(files, bases)
  return askDevice(
    { type, url: address, address: addressOf(options.at) },
    { trust: options.trust, folder: join(data, 'opcua') },
  )
}

/** A look around tells more than the message alone; what both say is said once. */
function withHints(view: TypeTryView, hints: Asked['hints']): TypeTryView {
  const all = new Map(
    [...hints, ...view.hints].map((one) => [`${one.point} ${one.mistake}`, one]),
  )
  return { ...view, hints: [...all.values()] }
}

async function payloadOf({ payload, hex, file }: Options): Promise<Uint8Array | undefined> {
  const given = [payload, hex, file].filter((one) => one !== undefined)
  if (given.length > 1) throw onlyOne()
  const bytes = await bytesOf({ payload, hex, file })
  if (bytes !== undefined && bytes.length > MOST_BYTES) {
    throw new Problem({
      kind: 'too_large',
      what: `the message has ${bytes.length} bytes; at most ${MOST_BYTES} are tried`,
    })
  }
  return bytes
}

async function bytesOf(given: {
  readonly payload: string | undefined
  readonly hex: string | undefined
  readonly file: string | undefined
}): Promise<Uint8Array | undefined> {
  const { payload, hex, file } = given
  if (payload !== undefined) return new TextEncoder().encode(payload)
  if (file !== undefined) return readFile(file === '-' ? '/dev/stdin' : file)
  if (hex === undefined) return undefined
  const digits = hex.replaceAll(/[\s:]|0x/g, '')
  if (/^(?:[0-9a-fA-F]{2})*$/.test(digits)) return Buffer.from(digits, 'hex')
  throw new Problem({
    kind: 'invalid',
    what: 'the message is not hexadecimal',
    where: '--hex',
    next: 'two digits for each byte, as 01755C; spaces do no harm',
  })
}

function onlyOne(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'one message at a time',
    where: '--payload, --hex, --file, --address',
    next: 'give one of them',
  })
}

function noMessage(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'there is no message to try',
    where: '--payload, --hex, --file, --address, --device',
    next: 'give a message, or a device whose last one is taken',
  })
}

function picture(view: TypeTryView): string {
  const rows = view.points.map(({ point, raw, value, unit, quality, code }) => [
    point,
    raw ?? '-',
    `${value === null ? '-' : String(value)}${unit === null || value === null ? '' : ` ${unit}`}`,
    code === 'ok' ? quality : `${quality}/${code}`,
  ])
  return [
    ...table([['point', 'raw', 'value', 'quality'], ...rows]),
    ...view.problems.map(({ reason, detail }) => `! ${reason}: ${detail}`),
    ...view.hints.flatMap(({ what, why, next }) => [
      `? ${what}`,
      `    why:  ${why}`,
      `    next: ${next}`,
    ]),
    ...alarmLines(view),
  ].join('\n')
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.min(40, Math.max(...rows.map((row) => (row[column] ?? '').length))),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function alarmLines({ alarms, device }: TypeTryView): string[] {
  if (alarms === null) return ['rules were not asked: name a device with --device']
  if (alarms.length === 0) return [`no rule of ${device} would become true`]
  return alarms.map(({ name, rule, priority, onDelaySeconds, opensCase }) => {
    const after = onDelaySeconds === 0 ? 'at once' : `after ${onDelaySeconds} s`
    const then = opensCase ? ', and open a case' : ''
    return `alarm: ${name.en} (${rule}, priority ${priority}) would come ${after}${then}`
  })
}
