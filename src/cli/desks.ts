import { Command } from 'commander'
import {
  channelEnabledView,
  deskListView,
  deskTestView,
  type DeskTestView,
  type DeskView,
} from '../api/desk-view.ts'
import { listCommand } from './list-command.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt desks`: who is told of alarms, and does it reach them. */
export function desksCommand(terminal: Terminal, finish: Run): Command {
  return new Command('desks')
    .description('Desks: who is on duty, what is under way, and a test of every channel')
    .addCommand(list(terminal, finish))
    .addCommand(test(terminal, finish))
    .addCommand(enableChannel(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt desks list
  gatuvakt desks test control-room
  gatuvakt desks enable-channel on-call-app`,
    )
}

interface Options {
  readonly organisation?: string
  readonly json?: boolean
}

function list(terminal: Terminal, finish: Run): Command {
  return listCommand(terminal, finish, {
    description: 'Every desk, who is on duty for it, and what it is calling somebody for',
    example: 'gatuvakt desks list',
    path: '/desks-list',
    view: deskListView,
    text: ({ desks }) => desks.map(picture).join('\n'),
    none: 'no desk is configured: alarms are on the console alone',
  })
}

function test(terminal: Terminal, finish: Run): Command {
  return new Command('test')
    .description('Send a marked test to everybody the desk tells, and say how each went')
    .argument('<desk>', 'from the list')
    .option('--organisation <slug>', 'of this organisation, where there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt desks test control-room')
    .action(async (desk: string, { organisation, json }: Options, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/desks-test',
          { desk, ...(organisation !== undefined && { organisation }) },
          deskTestView,
        ),
      )
      terminal.out(json === true ? JSON.stringify(answer) : asText(answer))
      finish(answer.results.every(({ how }) => how === 'arrived') ? exit.ok : exit.failed)
    })
}

function enableChannel(terminal: Terminal, finish: Run): Command {
  return new Command('enable-channel')
    .description('Take a channel back into use whose receiver had said that it is gone')
    .argument('<channel>', 'out of order, from the list')
    .option('--organisation <slug>', 'of this organisation, where there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt desks enable-channel on-call-app')
    .action(async (channel: string, options: Options, command: Command) => {
      const { organisation, json } = options
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/channels-enable',
          { channel, ...(organisation !== undefined && { organisation }) },
          channelEnabledView,
        ),
      )
      const text = answer.enabled ? 'is in use again' : 'was in use already'
      terminal.out(json === true ? JSON.stringify(answer) : `${channel} ${text}`)
      finish(exit.ok)
    })
}

/** Why a step comes when it comes, where that is remarkable. */
const whyText: Readonly<Record<DeskView['underway'][number]['because'], string>> = {
  called: '',
  waited: '',
  nobody: ' (nobody could be told by the step before)',
  late: ' (nobody acknowledged in time)',
  unreached: ' (no message of the step before got through)',
}

function picture(desk: DeskView): string {
  const steps = desk.steps.map(
    ({ to, afterSeconds }, index) =>
      `  step ${index + 1} after ${afterSeconds} s: ${to.join(', ')}`,
  )
  const rotas = desk.rotas.map(
    ({ rota, onDuty }) => `  on duty for ${rota}: ${onDuty ?? 'nobody'}`,
  )
  const broken = desk.outOfOrder.map(
    ({ channel, reason }) => `  out of order: ${channel}: ${reason}`,
  )
  const calling = desk.underway.map(
    ({ alarm, priority, since, step, because }) =>
      `  calling: P${priority} ${alarm} since ${since}, next is step ${step + 1}${whyText[because]}`,
  )
  const beat = desk.heartbeatAt === null ? [] : [`  last sign of life: ${desk.heartbeatAt}`]
  return [
    `${desk.id}  ${desk.name}`,
    ...steps,
    ...rotas,
    ...broken,
    ...calling,
    ...beat,
  ].join('\n')
}

function asText({ results }: DeskTestView): string {
  if (results.length === 0) return 'the desk tells nobody: alarms are on the console alone'
  return results
    .map(
      ({ recipient, how, error }) =>
        `${recipient}  ${how}${error === null ? '' : `: ${error}`}`,
    )
    .join('\n')
}
