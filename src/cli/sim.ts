import { Command } from 'commander'
import { z } from 'zod'
import { faults } from '../../simulators/fault.ts'
import { secretAnswer } from '../api/local/answers.ts'
import { systemClock } from '../clock.ts'
import { Problem } from '../domain/problem.ts'
import { csvRows, pointMap } from './csv-rows.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { startProgress } from './progress.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt sim`: the demo town and recordings as devices. */
export function simCommand(terminal: Terminal, finish: Run): Command {
  return new Command('sim')
    .description('Faults in the demo town, and recordings sent as devices would')
    .addCommand(town(terminal, finish), { isDefault: true })
    .addCommand(replayCommand(terminal, finish))
}

function town(terminal: Terminal, finish: Run): Command {
  return new Command('town')
    .description('Inject faults into the town that "gatuvakt start" runs')
    .requiredOption('--fault <device:fault...>', 'what goes wrong where')
    .addHelpText(
      'after',
      `\nFaults:\n${Object.entries(faults)
        .map(([name, what]) => `  ${name.padEnd(8)} ${what}`)
        .join(
          '\n',
        )}\n  mended   ends every fault of the device\n\nExamples:\n  npm run sim -- --fault lamp-17:dark\n  npm run sim -- --fault cabinet-1:cable station-1:blocked\n  npm run sim -- --fault lamp-17:mended`,
    )
    .action(async (options: { fault: string[] }, command: Command) => {
      await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/town-faults',
          { faults: options.fault },
          z.object({ injected: z.int() }),
        ),
      )
      terminal.out(
        `The town has it: ${options.fault.join(', ')}. Devices report within a minute.`,
      )
      finish(exit.ok)
    })
}

interface ReplayOptions {
  readonly organisation: string
  readonly device: string
  readonly map: string[]
  readonly time: string
  readonly timezone: string
  readonly speed: string
  readonly times: string
  readonly json?: boolean
}

function replayCommand(terminal: Terminal, finish: Run): Command {
  return new Command('replay')
    .description('Send the rows of a CSV file over MQTT, one QoS 1 message each')
    .argument('<file>', 'CSV with a header row')
    .requiredOption('--organisation <slug>', 'whose device it is')
    .requiredOption('--device <slug>', 'the device that speaks; it gets a new secret')
    .requiredOption(
      '--map <field=column...>',
      'field of the message and the column it stands in',
    )
    .option('--time <column>', 'column with the time', 'datetime')
    .option('--timezone <zone>', 'zone of times that name none', 'UTC')
    .option('--speed <factor>', 'times faster than recorded', '1')
    .option('--times <now|own>', 'times from now on, or as recorded', 'now')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt sim replay rig.csv --organisation strandkoping --device rig-1 --map flow="Volume Flow RateRMS" --speed 20',
    )
    .action(async (file: string, options: ReplayOptions, command: Command) => {
      const { speed, times } = parsed(options)
      const config = settings(command, terminal)
      const { organisation, device } = options
      const credential = await withLocalService(config, (service) =>
        service.post('/device-credential', { organisation, device }, secretAnswer),
      )
      const progress = startProgress(terminal, 'messages')
      const { replay } = await import('../../simulators/replay.ts')
      const sent = await replay({
        rows: csvRows({ ...options, file, map: pointMap(options.map) }),
        speed,
        times,
        clock: systemClock,
        url: `mqtt://${config.mqtt.host}:${config.mqtt.port}`,
        topic: credential.topics[0] ?? '',
        credential,
        clientId: device,
        progress: (count) => progress.at(count),
        stop: terminal.stop,
      })
      progress.end()
      terminal.out(
        options.json === true
          ? JSON.stringify({ acknowledged: sent })
          : `${sent} messages were acknowledged`,
      )
      finish(terminal.stop.aborted ? exit.interrupted : exit.ok)
    })
}

function parsed(options: ReplayOptions): { speed: number; times: 'now' | 'own' } {
  const speed = Number(options.speed)
  const { times } = options
  if (Number.isFinite(speed) && speed > 0 && (times === 'now' || times === 'own')) {
    return { speed, times }
  }
  throw new Problem({
    kind: 'invalid',
    what: '--speed is a number above 0, and --times is now or own',
    next: 'for instance --speed 20 --times now',
  })
}
