import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { exportFormats, type ExportFormat } from '../api/local/answers.ts'
import { Problem } from '../domain/problem.ts'
import { withLocalService, type StreamedAnswer } from './local-service.ts'
import type { Run } from './program.ts'
import { startProgress } from './progress.ts'
import { settings } from './settings.ts'
import { brokenPipe, exit, type Terminal } from './terminal.ts'

/** `gatuvakt export readings`: history, as a file that other programs read. */
export function exportCommand(terminal: Terminal, finish: Run): Command {
  return new Command('export')
    .description('Take out what the service holds')
    .addCommand(readings(terminal, finish))
}

interface ReadingsOptions {
  readonly organisation: string
  readonly asset?: string
  readonly role?: string
  readonly device?: string
  readonly point?: string[]
  readonly from?: string
  readonly to?: string
  readonly format?: ExportFormat
  readonly out?: string
  readonly json?: boolean
}

function readings(terminal: Terminal, finish: Run): Command {
  return new Command('readings')
    .description('Stored readings with what they measured, in the order of point and time')
    .requiredOption('--organisation <slug>', 'whose readings')
    .option('--asset <slug>', 'only what was measured of this asset')
    .option('--role <role>', 'only what was measured of this role, for instance power')
    .option('--device <slug>', 'only what this device measured')
    .option('--point <key...>', 'only these points of the devices, by key or id')
    .option('--from <time>', 'effective time with a zone, included (default: the first)')
    .option('--to <time>', 'effective time with a zone, not included (default: the last)')
    .addOption(
      new Option('--format <format>', 'default: by the ending of --out, else csv').choices(
        exportFormats,
      ),
    )
    .option('--out <file>', 'write here instead of to standard output')
    .option('--json', 'say as JSON how much it was')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt export readings --organisation strandkoping --asset lamp-17 --role power --from 2026-11-01T00:00:00Z --out power.csv
  gatuvakt export readings --organisation strandkoping --device station-1 --point level --format ndjson | jq .value
  gatuvakt export readings --organisation strandkoping --out 2026.parquet

Columns and formats: docs/exports.md. An export that fails leaves no file behind; a pipe that ends early is no failure.`,
    )
    .action(async (options: ReadingsOptions, command: Command) => {
      const format = options.format ?? byEnding(options.out) ?? 'csv'
      refuseBinaryTerminal(format, options.out)
      const done = await withLocalService(settings(command, terminal), async (service) => {
        await service.settle()
        const answer = await service.stream('/export-readings', request(options, format))
        return save(answer, { ...options, terminal })
      })
      finish(done === undefined && !isBroken(terminal) ? exit.interrupted : exit.ok)
      if (done !== undefined) tell(terminal, options, { ...done, format })
    })
}

function request(options: ReadingsOptions, format: ExportFormat): Record<string, unknown> {
  const { organisation, asset, role, device, point, from, to } = options
  return { organisation, asset, role, device, points: point, from, to, format }
}

const endings: Readonly<Record<string, ExportFormat>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  lp: 'line',
  line: 'line',
  parquet: 'parquet',
}

function byEnding(file: string | undefined): ExportFormat | undefined {
  return endings[file?.split('.').at(-1)?.toLowerCase() ?? '']
}

function refuseBinaryTerminal(format: ExportFormat, out: string | undefined): void {
  if (format !== 'parquet' || out !== undefined || !process.stdout.isTTY) return
  throw new Problem({
    kind: 'invalid',
    what: 'a Parquet file is not for the screen',
    where: '--format',
    next: 'name a file with --out, or pipe it to a program',
  })
}

interface Saved {
  readonly readings: number
  readonly bytes: number
}

interface Target {
  readonly out?: string
  readonly terminal: Terminal
}

/**
 * To the file under another name until it is whole, or to standard output as it comes. Undefined
 * when it was not taken to its end: somebody stopped us, or reads no further.
 */
async function save(
  answer: StreamedAnswer,
  { out, terminal }: Target,
): Promise<Saved | undefined> {
  if (out === undefined) return write(answer, terminal, process.stdout)
  const unfinished = `${out}.unfinished`
  try {
    const saved = await write(answer, terminal, createWriteStream(unfinished))
    if (saved !== undefined) await rename(unfinished, out)
    return saved
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function write(
  answer: StreamedAnswer,
  terminal: Terminal,
  to: Writable,
): Promise<Saved | undefined> {
  const progress = startProgress(terminal, 'kB')
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const some of answer.bytes) {
      bytes += some.length
      progress.at(Math.floor(bytes / 1_000))
      yield some
    }
  }
  try {
    // Standard output stays open for whoever comes after us.
    await pipeline(counted(), to, { end: to !== process.stdout, signal: terminal.stop })
    return { readings: Number(answer.trailer('readings')), bytes }
  } catch (error) {
    if (terminal.stop.aborted) return undefined
    throw error
  } finally {
    progress.end()
  }
}

function isBroken({ stop }: Terminal): boolean {
  return stop.reason === brokenPipe
}

/** Beside the readings there is only standard error; with a file the answer goes where answers go. */
function tell(
  terminal: Terminal,
  { out, json }: ReadingsOptions,
  done: Saved & { readonly format: ExportFormat },
): void {
  const said =
    json === true
      ? JSON.stringify({ ...done, ...(out !== undefined && { out }) })
      : `${done.readings} readings${out === undefined ? '' : ` are in ${out}`}`
  if (out === undefined) terminal.err(said)
  else terminal.out(said)
}
