import { Command } from 'commander'
import { z } from 'zod'
import { deliveriesAnswer, type DeliveriesAnswer } from '../api/local/answers.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt deliveries`: what waits to be sent, held back after a restore. */
export function deliveriesCommand(terminal: Terminal, finish: Run): Command {
  return new Command('deliveries')
    .description('Mails that wait to be sent: look, hold, drop what is stale, release')
    .addCommand(
      plain(terminal, finish, {
        name: 'status',
        what: 'What waits, and whether it is held',
      }),
    )
    .addCommand(
      plain(terminal, finish, {
        name: 'hold',
        what: 'Send nothing until somebody releases it',
      }),
    )
    .addCommand(
      plain(terminal, finish, {
        name: 'release',
        what: 'Let everything that waits be sent, within seconds',
      }),
    )
    .addCommand(dropCommand(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt deliveries status
  gatuvakt deliveries drop --older-than 2h
  gatuvakt deliveries release

A restored system holds its deliveries: what the backup still has to send may have been sent since.`,
    )
}

interface Plain {
  readonly name: 'status' | 'hold' | 'release'
  readonly what: string
}

function plain(terminal: Terminal, finish: Run, { name, what }: Plain): Command {
  return new Command(name)
    .description(what)
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\nExample:\n  gatuvakt deliveries ${name}`)
    .action(async (options: { json?: boolean }, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(`/deliveries-${name}`, {}, deliveriesAnswer),
      )
      terminal.out(options.json === true ? JSON.stringify(answer) : asText(answer))
      finish(exit.ok)
    })
}

const dropped = deliveriesAnswer.extend({ dropped: z.int() })

function dropCommand(terminal: Terminal, finish: Run): Command {
  return new Command('drop')
    .description('Give up what has been due for long; it stays visible as failed')
    .requiredOption('--older-than <duration>', 'how long it has been due, for instance 2h')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt deliveries drop --older-than 2h')
    .action(async (options: { olderThan: string; json?: boolean }, command: Command) => {
      const { olderThan, json } = options
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post('/deliveries-drop', { olderThan }, dropped),
      )
      terminal.out(
        json === true
          ? JSON.stringify(answer)
          : `${answer.dropped} dropped\n${asText(answer)}`,
      )
      finish(exit.ok)
    })
}

function asText({ held, waiting }: DeliveriesAnswer): string {
  const state =
    held === null
      ? 'Deliveries leave as usual.'
      : `Deliveries are held since ${held.since}: ${held.why}.\n` +
        'Let them go with: gatuvakt deliveries release'
  const rows = waiting.map(
    ({ organisation, kind, count, oldestDue }) =>
      `${organisation}  ${kind}  ${count} waiting, due since ${oldestDue}`,
  )
  return [state, ...(rows.length === 0 ? ['Nothing waits.'] : rows)].join('\n')
}
