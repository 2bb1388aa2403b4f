import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { logStatusAnswer, type LogStatusAnswer } from '../api/local/ingest-answers.ts'
import type { adoptLog } from '../api/local/log.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'
import { createLogger } from '../log.ts'
import { systemRandom } from '../random.ts'
import { roles } from '../roles.ts'
import { serviceRuns, withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt log`: the reading log, and what to do when it was replaced. */
export function logCommand(terminal: Terminal, finish: Run): Command {
  return new Command('log')
    .description(
      'The reading log: how full it is, who is behind, what when it was replaced',
    )
    .addCommand(status(terminal, finish))
    .addCommand(adopt(terminal, finish))
    .addHelpText('after', '\nExamples:\n  gatuvakt log status\n  gatuvakt log adopt')
}

function status(terminal: Terminal, finish: Run): Command {
  return new Command('status')
    .description('What the log holds, and how far those are who read it')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt log status')
    .action(async (options: { json?: boolean }, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post('/log-status', {}, logStatusAnswer),
      )
      terminal.out(options.json === true ? JSON.stringify(answer) : statusText(answer))
      finish(exit.ok)
    })
}

interface AdoptOptions {
  readonly yes?: boolean
  readonly json?: boolean
}

function adopt(terminal: Terminal, finish: Run): Command {
  return new Command('adopt')
    .description(
      'Go on with the log that is here after it was replaced or restored alone; the service must be stopped',
    )
    .option('--yes', 'do it; else it is only shown what that would mean')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt log adopt
  gatuvakt log adopt --yes

Alarms and cases stay as they are: what is active stays active, and clears when the new log says
so. What only the lost log held, and had not been read from it, is given up.`,
    )
    .action(async ({ yes = false, json }: AdoptOptions, command: Command) => {
      const config = settings(command, terminal)
      if (await serviceRuns(config)) throw stillRuns()
      if (!existsSync(config.data)) throw noData(config.data)
      const plan = await adoptHere(config, !yes)
      terminal.out(
        json === true ? JSON.stringify({ ...plan, done: yes }) : planText(plan, yes),
      )
      finish(exit.ok)
    })
}

type Plan = Awaited<ReturnType<typeof adoptLog>>

/** Opens what the service stands on without starting it: it would refuse. */
async function adoptHere(config: Config, dryRun: boolean): Promise<Plan> {
  const { openPorts } = await import('../ports.ts')
  const { createConfigurations } = await import('../configuration/configurations.ts')
  const { adoptLog } = await import('../api/local/log.ts')
  await using opened = new AsyncDisposableStack()
  const clock = systemClock
  const { database, log, store } = await openPorts(
    {
      config: { ...config, roles: [...roles] },
      clock,
      random: systemRandom,
      logger: createLogger('warn'),
    },
    opened,
  )
  if (store === undefined) throw new Error('the reading store was not opened')
  const configurations = createConfigurations(database)
  return await adoptLog({ database, log, store, configurations, clock }, { dryRun })
}

function planText(plan: Plan, done: boolean): string {
  const { epoch, head, oldest, detector, history, organisations, needed } = plan
  const holds =
    head === undefined
      ? 'empty'
      : `up to commit ${head.sequence}, since ${oldest === undefined ? '-' : toIso(oldest)}`
  const lines = [
    `log       ${epoch}, ${holds}`,
    `alarms    ${standing(detector, 'reads on behind what it has heard')}`,
    `history   ${standing(history, 'reads this log from its beginning')}`,
    ...organisations
      .filter(({ append, places }) => append || places.length > 0)
      .map(
        ({ organisation, current }) =>
          `put into force again: version ${current} of ${organisation}`,
      ),
  ]
  if (!needed) return [...lines, 'nothing to do: all follow this log'].join('\n')
  const end = done
    ? 'done: all follow this log; start the service'
    : 'nothing was changed; gatuvakt log adopt --yes does it'
  return [
    ...lines,
    'given up: what only the log before held and nobody had read',
    end,
  ].join('\n')
}

function standing({ state, cursor }: Plan['history'], foreign: string): string {
  const at = `commit ${cursor?.sequence ?? 0}`
  switch (state) {
    case 'new':
      return 'has read nothing yet'
    case 'follows':
      return `follows this log, at ${at}`
    case 'beyond':
      return `was at ${at}, further than this log reaches: reads on at its end`
    case 'foreign':
      return `was at ${at} of log ${cursor?.epoch}: ${foreign}`
  }
}

function statusText({
  epoch,
  weakness,
  head,
  oldest,
  room,
  readers,
  history,
}: LogStatusAnswer): string {
  const lines = [
    `log       ${epoch}, up to commit ${head}${oldest === null ? '' : `, since ${oldest}`}`,
    ...(weakness === null ? [] : [`careful   ${weakness}`]),
    ...(room === null
      ? []
      : [
          `room      ${room.bytes === null ? '' : `${gib(room.bytes)} of at most `}${gib(room.fullAt)}${room.diskFree === null ? '' : `; ${gib(room.diskFree)} of the disk are free`}`,
        ]),
    ...readers.map(
      ({ name, behind, failure }) =>
        `${name.padEnd(9)} ${failure ?? (behind === 0 ? 'has read everything' : `${behind} commits behind`)}`,
    ),
    ...(history === null || history.state === 'closed'
      ? []
      : [
          `store     ${history.state} since ${history.since}, ${history.failures} failures`,
        ]),
  ]
  return lines.join('\n')
}

function gib(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GiB`
}

function stillRuns(): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'a service runs on this data folder, so it follows its log',
    next: 'stop it first, if its log was replaced all the same',
  })
}

function noData(folder: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'there is no data folder',
    where: folder,
    next: 'name it with --data',
  })
}
