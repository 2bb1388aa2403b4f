import { Command } from 'commander'
import {
  connectionListView,
  connectionView,
  type ConnectionView,
  type HealthView,
} from '../api/connection-view.ts'
import { tokenCommand } from './connection-token.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt connections`: how the ways to the field are. */
export function connectionsCommand(terminal: Terminal, finish: Run): Command {
  return new Command('connections')
    .description('Connections to the field, and how the devices on them are')
    .addCommand(list(terminal, finish))
    .addCommand(show(terminal, finish))
    .addCommand(tokenCommand(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt connections list
  gatuvakt connections show line-1
  gatuvakt connections token issue meters

States: connecting · online · degraded (something on it does not work) · offline`,
    )
}

interface Options {
  readonly organisation?: string
  readonly json?: boolean
}

function list(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('One line for each connection')
    .option('--organisation <slug>', 'of one organisation only')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt connections list')
    .action(async ({ organisation, json }: Options, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/connections-list',
          { ...(organisation !== undefined && { organisation }) },
          connectionListView,
        ),
      )
      terminal.out(
        json === true
          ? JSON.stringify(answer)
          : answer.connections.map(line).join('\n') ||
              'no connection is held here: the service does not run, or another process is the gateway',
      )
      finish(exit.ok)
    })
}

function show(terminal: Terminal, finish: Run): Command {
  return new Command('show')
    .description('One connection, with every device on it')
    .argument('<name>', 'from the list')
    .option('--organisation <slug>', 'of one organisation only')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt connections show line-1')
    .action(async (name: string, { organisation, json }: Options, command: Command) => {
      const one = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/connections-show',
          { name, ...(organisation !== undefined && { organisation }) },
          connectionView,
        ),
      )
      terminal.out(json === true ? JSON.stringify(one) : picture(one))
      finish(exit.ok)
    })
}

function line(one: ConnectionView): string {
  const { name, protocol, devices } = one
  const well = devices.filter(({ state }) => state === 'online').length
  const on = devices.length === 0 ? '' : `  ${well} of ${devices.length} devices online`
  return `${name}  ${protocol}  ${health(one)}${on}`
}

function health({ state, since, detail }: HealthView): string {
  return `${state}${since === null ? '' : ` since ${since}`}: ${detail}`
}

function picture(one: ConnectionView): string {
  const lines: readonly (readonly [string, string])[] = [
    ['connection', one.name],
    ['protocol', one.protocol],
    ['organisation', one.organisation ?? '-'],
    ['state', health(one)],
    ['last ok', one.lastOk ?? '-'],
    ['last error', one.lastError ?? '-'],
    ['lag', one.lagSeconds === null ? '-' : `${one.lagSeconds} s`],
  ]
  const facts = lines.map(([name, value]) => `${name.padEnd(13)} ${value}`)
  const devices = one.devices.map((device) => {
    const error = device.lastError === null ? '' : ` (${device.lastError})`
    return `  ${device.slug}  ${health(device)}${error}`
  })
  return [...facts, ...devices].join('\n')
}
