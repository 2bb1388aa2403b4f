import { Command } from 'commander'
import { replayAnswer, type ReplayAnswer } from '../api/local/ingest-answers.ts'
import { systemClock } from '../clock.ts'
import { duration } from '../domain/duration.ts'
import { Problem } from '../domain/problem.ts'
import { earlier, fromIso, toIso, type TimeUs } from '../domain/time.ts'
import { withLocalService, type LocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { startProgress } from './progress.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

interface Options {
  readonly deviceType: string
  readonly since: string
  readonly until?: string
  readonly organisation?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `gatuvakt replay`: the past, understood with the device types of now. */
export function replayCommand(terminal: Terminal, finish: Run): Command {
  return new Command('replay')
    .description(
      'Decode stored messages again with the device types of now, and write what they say to history; alarms stay as they are',
    )
    .requiredOption(
      '--device-type <type>',
      'devices that are of this type now, with its version or without',
    )
    .requiredOption(
      '--since <time>',
      'heard since: 2026-11-20T12:00:00Z, or 3d for so long ago',
    )
    .option('--until <time>', 'heard before this; left out: until now')
    .option('--organisation <slug>', 'of one organisation only')
    .option('--dry-run', 'decode and count, write nothing')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  gatuvakt replay --device-type acme/slc --since 3d --dry-run\n  gatuvakt replay --device-type acme/slc@1.0.1 --since 2026-11-20T12:00:00+01:00 --organisation strandkoping',
    )
    .action(async (options: Options, command: Command) => {
      const { deviceType, organisation, until, dryRun = false } = options
      const request = {
        deviceType,
        dryRun,
        since: timeOf(options.since, '--since'),
        ...(until !== undefined && { until: timeOf(until, '--until') }),
        ...(organisation !== undefined && { organisation }),
      }
      const done = await withLocalService(settings(command, terminal), (service) =>
        replayAll(service, request, terminal),
      )
      for (const note of notesOf(done)) terminal.err(note)
      const { next, ...result } = done
      terminal.out(
        options.json === true
          ? JSON.stringify({ ...result, complete: next === null })
          : summary(done, dryRun),
      )
      finish(next === null ? exit.ok : exit.interrupted)
    })
}

const counted = [
  'records',
  'envelopes',
  'decoded',
  'stillBad',
  'readings',
  'quarantined',
] as const

/** Part by part, so that somebody who waits sees how far it is and can stop it. */
async function replayAll(
  service: LocalService,
  request: object,
  terminal: Terminal,
): Promise<ReplayAnswer> {
  const progress = startProgress(terminal, 'records of the log')
  try {
    const sum = await service.post('/replay', request, replayAnswer)
    while (sum.next !== null && !terminal.stop.aborted) {
      progress.at(sum.records)
      const part = await service.post(
        '/replay',
        { ...request, from: sum.next },
        replayAnswer,
      )
      sum.next = part.next
      for (const name of counted) sum[name] += part[name]
    }
    return sum
  } finally {
    progress.end()
  }
}

function summary(done: ReplayAnswer, dryRun: boolean): string {
  const { envelopes, decoded, stillBad, readings, quarantined } = done
  const wrote = dryRun ? 'would be written (dry run)' : 'written to history'
  return [
    `${envelopes} messages, ${decoded} decoded, ${stillBad} still not understood`,
    `${readings} readings ${wrote}`,
    ...(quarantined > 0
      ? [`${quarantined} readings refused; see gatuvakt quarantine list`]
      : []),
  ].join('\n')
}

function notesOf({ reachesBackTo, unwritten, next }: ReplayAnswer): readonly string[] {
  return [
    ...(reachesBackTo === null
      ? []
      : [`note: the log reaches back to ${reachesBackTo} only`]),
    ...(unwritten === 0
      ? []
      : [
          `note: history is ${unwritten} commits behind; run it again when it has caught up`,
        ]),
    ...(next === null ? [] : ['stopped before the end']),
  ]
}

/** As the service takes it: ISO 8601 in UTC. */
function timeOf(text: string, option: string): string {
  const ago = duration.safeParse(text)
  const time: TimeUs | undefined = ago.success
    ? earlier(systemClock.now(), ago.data)
    : fromIso(text)
  if (time !== undefined) return toIso(time)
  throw new Problem({
    kind: 'invalid',
    what: `${text} is no time`,
    where: option,
    next: 'write it as 2026-11-20T12:00:00Z, with its zone, or as 3d for three days ago',
  })
}
