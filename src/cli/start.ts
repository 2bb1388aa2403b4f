import { Command } from 'commander'
import { parseFault } from '../../simulators/fault.ts'
import type { Town } from '../../simulators/town.ts'
import type { App } from '../app.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { organisationId } from '../domain/ids.ts'
import { HOUR } from '../domain/time.ts'
import { createLogger } from '../log.ts'
import { systemRandom } from '../random.ts'
import { buildConsole, consoleIsStale } from './build-console.ts'
import type { Demo } from './demo.ts'
import { demoSettings } from './demo-partners.ts'
import type { Run } from './program.ts'
import { portFlags, sayHeld, untilStopped } from './serve.ts'
import { settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly httpPort?: string
  readonly mqttPort?: string
  readonly town: boolean
}

/** `gatuvakt start`: the service with the demo municipality and a town of simulated devices. */
export function startCommand(terminal: Terminal, finish: Run): Command {
  return new Command('start')
    .description('Run the demo municipality: the service and a town of simulated devices')
    .option('--http-port <port>', 'port of the console, the API and the citizen pages')
    .option('--mqtt-port <port>', 'port of the embedded MQTT broker')
    .option('--no-town', 'no simulated devices')
    .addHelpText(
      'after',
      '\nExamples:\n  npm start\n  npm start -- --no-town --http-port 8090',
    )
    .action(async (options: Options, command: Command) => {
      const config = demoSettings(settings(command, terminal, portFlags(options)))
      const step = (text: string): void => terminal.err(`  … ${text}`)
      await using parts = new AsyncDisposableStack()
      if (consoleIsStale()) {
        step('building the console')
        await buildConsole()
      }
      step('opening the databases')
      const { startApp } = await import('../app.ts')
      const { ensureDemo } = await import('./demo.ts')
      const faults = { inject: undefined as ((fault: string) => void) | undefined }
      const app = parts.use(
        await startApp({
          config,
          clock: systemClock,
          random: systemRandom,
          logger: createLogger(terminal.env['GATUVAKT_LOG__LEVEL'] ?? 'warn'),
          listen: true,
          town: () => faults.inject,
        }),
      )
      const demo = await ensureDemo(app, config, step)
      if (demo !== undefined && options.town) {
        step('connecting the town')
        faults.inject = await startTowns(app, demo, parts)
      }
      terminal.out(box(app, config, demo))
      await sayHeld(app, terminal)
      finish(await untilStopped(app, terminal))
    })
}

const seed = 17
/** The town's sky is hours ahead or behind, so that lamps are lit whenever somebody tries it. */
const wantedHour = 22

async function startTowns(
  app: App,
  demo: Demo,
  parts: AsyncDisposableStack,
): Promise<(fault: string) => void> {
  const { publishTown } = await import('../../simulators/publish.ts')
  const { credentialsOf, demoTown } = await import('./demo.ts')
  const towns: Town[] = []
  // The main municipality first: a device name that both towns have means its one.
  const organisations = new Set(demo.devices.map((device) => device.organisation))
  for (const name of organisations) {
    const organisation = organisationId.parse(name)
    const configuration = await app.configurations.current(organisation)
    if (configuration === undefined) continue
    const start = app.clock.now()
    const hour = new Date(start / 1_000).getUTCHours()
    const town = demoTown(configuration, {
      seed,
      start,
      skyOffset: (wantedHour - hour) * HOUR,
    })
    towns.push(town)
    parts.use(
      await publishTown({
        town,
        clock: app.clock,
        url: app.addresses.mqtt,
        credentials: credentialsOf(demo, organisation),
        failed: (device, error) =>
          app.logger.warn({ device, err: error }, 'simulated device'),
      }),
    )
  }
  return (text) => {
    const fault = parseFault(text)
    const town = towns.find((one) => one.has(fault.device)) ?? towns[0]
    town?.inject(fault)
  }
}

/** What a person needs to know, once everything runs. */
function box(app: App, config: Config, demo: Demo | undefined): string {
  const lines = [
    `Gatuvakt is ready at ${app.addresses.http}`,
    `Citizens report at   ${app.addresses.http}/strandkoping/report`,
    `MQTT broker at       ${app.addresses.mqtt}`,
    '',
    ...(demo === undefined
      ? ['This data folder holds organisations of your own: no demo logins.']
      : [
          'Demo logins (made on the first start, kept in demo.json of the data folder):',
          ...demo.logins.map(
            ({ organisation, email, password, roles }) =>
              `  ${organisation.padEnd(13)} ${email.padEnd(31)} ${password}  ${roles.join(', ')}`,
          ),
        ]),
    '',
    'Try a fault:  npm run sim -- --fault lamp-17:dark',
    'Stop:         Ctrl-C',
    `Wipe:         stop, then remove ${config.data}`,
  ]
  const width = Math.max(...lines.map((line) => line.length))
  const rule = '─'.repeat(width + 2)
  return [
    `┌${rule}┐`,
    ...lines.map((line) => `│ ${line.padEnd(width)} │`),
    `└${rule}┘`,
  ].join('\n')
}
