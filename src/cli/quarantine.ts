import { Command } from 'commander'
import {
  quarantinedView,
  quarantineListView,
  replayedView,
  type QuarantinedView,
  type ReplayedView,
} from '../api/quarantine-view.ts'
import { Problem } from '../domain/problem.ts'
import { withLocalService, type LocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { startProgress } from './progress.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt quarantine`: readings that could not be stored, and records of the log that are lost. */
export function quarantineCommand(terminal: Terminal, finish: Run): Command {
  return new Command('quarantine')
    .description('Readings that could not be stored, and damaged records of the log')
    .addCommand(list(terminal, finish))
    .addCommand(show(terminal, finish))
    .addCommand(replay(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt quarantine list
  gatuvakt quarantine replay --all

Messages that were not understood are not here: the console lists them under problems, and
gatuvakt replay decodes them again.`,
    )
}

interface ListOptions {
  readonly organisation?: string
  readonly limit: string
  readonly json?: boolean
}

function list(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('The newest first')
    .option('--organisation <slug>', 'of one organisation only')
    .option('--limit <count>', 'at most this many, up to 500', '100')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt quarantine list --organisation strandkoping',
    )
    .action(async ({ organisation, limit, json }: ListOptions, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/quarantine-list',
          { limit, ...(organisation !== undefined && { organisation }) },
          quarantineListView,
        ),
      )
      const more = answer.next === null ? [] : ['… and more; see --limit']
      terminal.out(
        json === true
          ? JSON.stringify(answer)
          : [...answer.rows.map(line), ...more].join('\n') || 'nothing is in quarantine',
      )
      finish(exit.ok)
    })
}

function show(terminal: Terminal, finish: Run): Command {
  return new Command('show')
    .description('Everything that is known of one')
    .argument('<id>', 'from the list')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt quarantine show 5f0c8a…')
    .action(async (id: string, { json }: { json?: boolean }, command: Command) => {
      const row = await withLocalService(settings(command, terminal), (service) =>
        service.post('/quarantine-show', { id }, quarantinedView),
      )
      terminal.out(json === true ? JSON.stringify(row) : picture(row))
      finish(exit.ok)
    })
}

interface ReplayOptions {
  readonly all?: boolean
  readonly json?: boolean
}

function replay(terminal: Terminal, finish: Run): Command {
  return new Command('replay')
    .description(
      'Write readings to the store once more; those that land leave the quarantine',
    )
    .argument('[id...]', 'from the list')
    .option('--all', 'every reading in quarantine')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  gatuvakt quarantine replay 5f0c8a… 77ab01…\n  gatuvakt quarantine replay --all',
    )
    .action(async (ids: string[], options: ReplayOptions, command: Command) => {
      if ((options.all === true) === ids.length > 0) throw idsOrAll()
      const rows = await withLocalService(settings(command, terminal), (service) =>
        replayThem(service, options.all === true ? allReadings(service) : ids, terminal),
      )
      const refused = rows.filter(({ outcome }) => outcome === 'refused')
      terminal.out(
        options.json === true
          ? JSON.stringify({ rows })
          : [
              ...rows.map(({ id, outcome, reason }) =>
                reason === null ? `${id}  ${outcome}` : `${id}  ${outcome}: ${reason}`,
              ),
              `${rows.length - refused.length} landed, ${refused.length} refused`,
            ].join('\n'),
      )
      finish(refused.length > 0 ? exit.invalid : exit.ok)
    })
}

async function replayThem(
  service: LocalService,
  ids: AsyncIterable<string> | Iterable<string>,
  terminal: Terminal,
): Promise<readonly ReplayedView[]> {
  const progress = startProgress(terminal, 'readings')
  const rows: ReplayedView[] = []
  try {
    for await (const id of ids) {
      if (terminal.stop.aborted) break
      rows.push(await service.post('/quarantine-replay', { id }, replayedView))
      progress.at(rows.length)
    }
  } finally {
    progress.end()
  }
  return rows
}

/** What lands leaves the list meanwhile; the place of the next page holds all the same. */
async function* allReadings(service: LocalService): AsyncGenerator<string> {
  let before: string | null = null
  do {
    const page: {
      readonly rows: readonly QuarantinedView[]
      readonly next: string | null
    } = await service.post(
      '/quarantine-list',
      { limit: 500, ...(before !== null && { before }) },
      quarantineListView,
    )
    for (const { id, kind } of page.rows) if (kind === 'reading') yield id
    before = page.next
  } while (before !== null)
}

function idsOrAll(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'replay takes ids or --all',
    next: 'take the ids from gatuvakt quarantine list',
  })
}

function line(row: QuarantinedView): string {
  const { id, lastAt, organisation, reason } = row
  return `${id}  ${lastAt}  ${organisation ?? '-'}  ${subject(row)}: ${reason}`
}

function subject({ kind, reading, place, count }: QuarantinedView): string {
  switch (kind) {
    case 'reading':
      return reading === null
        ? 'no reading'
        : `point ${reading.point} = ${JSON.stringify(reading.value)} at ${reading.at}`
    case 'corrupt':
      return `commit ${place?.sequence ?? '?'} of the log${place?.index === null ? '' : `, record ${place?.index}`}`
    case 'more':
      return `${count} more`
  }
}

function picture(row: QuarantinedView): string {
  const { reading, place } = row
  const lines: readonly (readonly [string, string | number])[] = [
    ['id', row.id],
    ['what', subject(row)],
    ['organisation', row.organisation ?? '-'],
    ['reason', row.reason],
    ['first seen', row.firstAt],
    ['last seen', row.lastAt],
    ...(reading === null
      ? []
      : ([
          ['quality', `${reading.quality} (${reading.code})`],
          ['heard', reading.heardAt],
          ['type version', reading.typeVersion],
        ] as const)),
    ...(place === null
      ? []
      : ([
          ['log', `${place.log}, commit ${place.sequence}, record ${place.index ?? '-'}`],
        ] as const)),
  ]
  return lines.map(([name, value]) => `${name.padEnd(13)} ${value}`).join('\n')
}
