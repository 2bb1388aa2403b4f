import { Command } from 'commander'
import { inboxGroupView, inboxListView, type InboxGroupView } from '../api/inbox-view.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt inbox`: who talks on a known connection and is no device yet. */
export function inboxCommand(terminal: Terminal, finish: Run): Command {
  return new Command('inbox')
    .description('Senders on a known connection that are no devices yet')
    .addCommand(list(terminal, finish))
    .addCommand(show(terminal, finish))
    .addCommand(dismiss(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt inbox list
  gatuvakt inbox show 5f0c8a…
  gatuvakt inbox dismiss 5f0c8a…

A sender leaves the list as soon as it is a device: add it to devices.yaml, with the name that it
uses here as its address, and apply. gatuvakt types new makes a device type of what it says, where
there is none yet.`,
    )
}

interface Options {
  readonly organisation?: string
  readonly json?: boolean
}

function list(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('One line for each kind of sender, those heard last first')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--limit <count>', 'at most this many, up to 500', '100')
    .option('--all', 'those that were dismissed too, and those that are devices by now')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt inbox list --organisation strandkoping')
    .action(
      async (
        { limit, all, ...options }: Options & { limit: string; all?: boolean },
        command: Command,
      ) => {
        const answer = await withLocalService(settings(command, terminal), (service) =>
          service.post(
            '/inbox-list',
            { limit, all: all ?? false, ...whose(options) },
            inboxListView,
          ),
        )
        const { groups } = answer
        terminal.out(
          options.json === true
            ? JSON.stringify(answer)
            : groups.map(line).join('\n') ||
                'the inbox is empty: everybody who talks is a device',
        )
        finish(exit.ok)
      },
    )
}

function show(terminal: Terminal, finish: Run): Command {
  return new Command('show')
    .description('Everything that is known of one kind of sender, with its last message')
    .argument('<id>', 'from the list')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt inbox show 5f0c8a…')
    .action(async (id: string, options: Options, command: Command) => {
      const group = await withLocalService(settings(command, terminal), (service) =>
        service.post('/inbox-show', { id, ...whose(options) }, inboxGroupView),
      )
      terminal.out(options.json === true ? JSON.stringify(group) : picture(group))
      finish(exit.ok)
    })
}

function dismiss(terminal: Terminal, finish: Run): Command {
  return new Command('dismiss')
    .description('Take senders off the list that are not wanted; they go on to be counted')
    .argument('<id...>', 'from the list')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt inbox dismiss 5f0c8a… 77ab01…')
    .action(async (ids: string[], options: Options, command: Command) => {
      const groups = await withLocalService(
        settings(command, terminal),
        async (service) => {
          const done: InboxGroupView[] = []
          for (const id of ids) {
            done.push(
              await service.post(
                '/inbox-dismiss',
                { id, ...whose(options) },
                inboxGroupView,
              ),
            )
          }
          return done
        },
      )
      terminal.out(
        options.json === true
          ? JSON.stringify({ groups })
          : groups.map(({ id, identity }) => `${id}  dismissed (${identity})`).join('\n'),
      )
      finish(exit.ok)
    })
}

function whose({ organisation }: Options): { organisation?: string } {
  return organisation === undefined ? {} : { organisation }
}

function line(group: InboxGroupView): string {
  const { id, lastAt, connection, identity, identities, count } = group
  const more = identities.length > 1 ? ` and ${identities.length - 1} more` : ''
  return `${id}  ${lastAt}  ${connection}  ${identity}${more}: ${messages(count)}${rate(group)}`
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}

function rate({ perMinute }: InboxGroupView): string {
  return perMinute === null ? '' : `, ${perMinute} a minute`
}

function picture(group: InboxGroupView): string {
  const { sample } = group
  const lines: readonly (readonly [string, string])[] = [
    ['id', group.id],
    ['connection', group.connection],
    ['calls itself', group.identities.join(', ')],
    ['shape', group.shape],
    ['heard', `${messages(group.count)}${rate(group)}`],
    ['first seen', group.firstAt],
    ['last seen', group.lastAt],
    ...(group.dismissedAt === null ? [] : ([['dismissed', group.dismissedAt]] as const)),
    [
      'last message',
      sample.text === null ? `hex ${sample.hex}` : JSON.stringify(sample.text),
    ],
  ]
  return lines.map(([name, value]) => `${name.padEnd(13)} ${value}`).join('\n')
}
