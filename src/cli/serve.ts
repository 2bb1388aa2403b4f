import { Command } from 'commander'
import type { App } from '../app.ts'
import { systemClock } from '../clock.ts'
import { createLogger } from '../log.ts'
import { systemRandom } from '../random.ts'
import { roles } from '../roles.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt serve`: the service, without a demo. */
export function serveCommand(terminal: Terminal, finish: Run): Command {
  return new Command('serve')
    .description('Run the service on the data folder, without a demo')
    .option('--http-port <port>', 'port of the console, the API and the citizen pages')
    .option('--mqtt-port <port>', 'port of the embedded MQTT broker')
    .option(
      '--roles <roles>',
      `what this process does, of ${roles.join(', ')} (default: all of it)`,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  gatuvakt serve\n  GATUVAKT_MAIL__URL=smtps://mail.example gatuvakt serve --http-port 80\n  gatuvakt serve --roles gateway,engine    over NATS and PostgreSQL: see docs/deployment.md',
    )
    .action(async (options: Options, command: Command) => {
      const flags = {
        ...portFlags(options),
        ...(options.roles && { roles: options.roles }),
      }
      const config = settings(command, terminal, flags)
      const { startApp } = await import('../app.ts')
      await using app = await startApp({
        config,
        clock: systemClock,
        random: systemRandom,
        logger: createLogger(config.log.level),
        listen: true,
      })
      terminal.err(`gatuvakt: ready at ${app.addresses.http}${hearing(app.addresses.mqtt)}`)
      await sayHeld(app, terminal)
      finish(await untilStopped(app, terminal))
    })
}

/** After a restore nothing is sent before somebody says so; whoever starts the service shall know. */
export async function sayHeld(app: Pick<App, 'held'>, terminal: Terminal): Promise<void> {
  const hold = await app.held()
  if (hold === undefined) return
  terminal.err(`gatuvakt: deliveries are held (${hold.why}): gatuvakt deliveries status`)
}

interface Options {
  readonly httpPort?: string
  readonly mqttPort?: string
  readonly roles?: string
}

function hearing(address: string): string {
  return address === '' ? '' : `, MQTT at ${address}`
}

/** Command-line ports as the configuration has them. */
export function portFlags(options: {
  readonly httpPort?: string
  readonly mqttPort?: string
}): Record<string, unknown> {
  return {
    ...(options.httpPort !== undefined && { http: { port: options.httpPort } }),
    ...(options.mqttPort !== undefined && { mqtt: { port: options.mqttPort } }),
  }
}

/** Resolves with the exit code when somebody stops the service, or when it cannot go on. */
export async function untilStopped(
  app: { readonly failed: Promise<Error> },
  terminal: Terminal,
): Promise<number> {
  const stopped = new Promise<undefined>((resolve) => {
    if (terminal.stop.aborted) resolve(undefined)
    terminal.stop.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const failure = await Promise.race([stopped, app.failed])
  if (failure === undefined) return exit.ok
  terminal.err(`gatuvakt: ${failure.message}`)
  // Nothing that was not fsynced has been acknowledged, and what the disk holds now only a fresh
  // start can tell. No tidy end: native code that closes its files would trust that disk once more
  // (and has been seen to abort over it). Whoever supervises the process starts it anew.
  process.kill(process.pid, 'SIGKILL')
  return exit.failed
}
