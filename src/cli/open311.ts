import { Command } from 'commander'
import { forwardedView } from '../api/local/open311-forward.ts'
import {
  clientList,
  issuedClientKey,
  revokedClientKey,
  type ClientList,
  type IssuedClientKey,
} from '../api/open311-client-view.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt open311`: who may come through the door for partners. */
export function open311Command(terminal: Terminal, finish: Run): Command {
  const client = new Command('client')
    .description('Keys of the partners that report to us')
    .addCommand(add(terminal, finish))
    .addCommand(list(terminal, finish))
    .addCommand(revoke(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt open311 client add fixamingata
  gatuvakt open311 client list
  gatuvakt open311 client revoke fixamingata 5f0c8a11d2e3

A client may have two live keys, so that it can change from one to the other: add the new one, give it
to the partner, revoke the old one.`,
    )
  return new Command('open311')
    .description('The door for partners that speak Open311 GeoReport v2')
    .addCommand(client)
    .addCommand(forward(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt open311 client add fixamingata
  gatuvakt open311 forward LYS-2026-000123 leva --text "Lampa släckt vid bron"`,
    )
}

interface Options {
  readonly organisation?: string
  readonly json?: boolean
}

const exits =
  '\n\nExit codes: 0 done · 3 refused, as a third live key is · 4 no such partner or key'

function add(terminal: Terminal, finish: Run): Command {
  return new Command('add')
    .description('Make a new key for a partner of the configuration and show it once')
    .argument('<client>', 'under partners: in the configuration')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\nExample:\n  gatuvakt open311 client add fixamingata${exits}`)
    .action(async (client: string, options: Options, command: Command) => {
      const issued = await withLocalService(settings(command, terminal), (service) =>
        service.post('/open311-client-add', { client, ...whose(options) }, issuedClientKey),
      )
      terminal.out(options.json === true ? JSON.stringify(issued) : picture(issued))
      finish(exit.ok)
    })
}

function list(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('The partners and their live keys; what they are can no longer be shown')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\nExample:\n  gatuvakt open311 client list${exits}`)
    .action(async (options: Options, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post('/open311-client-list', whose(options), clientList),
      )
      terminal.out(options.json === true ? JSON.stringify(answer) : lines(answer))
      finish(exit.ok)
    })
}

function revoke(terminal: Terminal, finish: Run): Command {
  return new Command('revoke')
    .description('End a key at once; who still shows it is refused')
    .argument('<client>', 'from gatuvakt open311 client list')
    .argument('<key>', 'its id, from gatuvakt open311 client list')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `\nExample:\n  gatuvakt open311 client revoke fixamingata 5f0c8a11d2e3${exits}`,
    )
    .action(async (client: string, key: string, options: Options, command: Command) => {
      const revoked = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/open311-client-revoke',
          { client, key, ...whose(options) },
          revokedClientKey,
        ),
      )
      terminal.out(
        options.json === true
          ? JSON.stringify(revoked)
          : `${client}: the key ${revoked.id} opens nothing any more`,
      )
      finish(exit.ok)
    })
}

function forward(terminal: Terminal, finish: Run): Command {
  return new Command('forward')
    .description(
      'Hand a case to a partner that takes cases; it waits there under the id it gets',
    )
    .argument('<number>', 'of the case, such as LYS-2026-000123')
    .argument('<partner>', 'one with receives: in the configuration')
    .requiredOption(
      '--text <words>',
      "what the partner is told; a reporter's own words stay here",
    )
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Example:
  gatuvakt open311 forward LYS-2026-000123 leva --text "Lampa släckt vid bron"

Exit codes: 0 done · 3 refused: the case is closed, or cannot go outside · 4 no such case or partner 
5 the partner did not take it`,
    )
    .action(
      async (
        number: string,
        partner: string,
        options: Options & { readonly text: string },
        command: Command,
      ) => {
        const asked = { number, partner, text: options.text, ...whose(options) }
        const done = await withLocalService(settings(command, terminal), (service) =>
          service.post('/open311-forward', asked, forwardedView),
        )
        terminal.out(
          options.json === true
            ? JSON.stringify(done)
            : `${done.number}: ${partner} has it now`,
        )
        finish(exit.ok)
      },
    )
}

function whose({ organisation }: Options): { organisation?: string } {
  return organisation === undefined ? {} : { organisation }
}

function lines({ clients }: ClientList): string {
  const each = clients.map(({ client, name, keys }) => {
    const shown = keys.map(({ id, issuedAt }) => `${id} issued ${issuedAt}`)
    return `${client}  ${name}  ${shown.join(', ') || 'no key'}`
  })
  return each.join('\n') || 'there are no partners in the configuration'
}

function picture({ id, key, endpoint, jurisdiction }: IssuedClientKey): string {
  return [
    `id            ${id}`,
    `api_key       ${key}   (shown this once)`,
    `endpoint      ${endpoint}`,
    `jurisdiction  ${jurisdiction}`,
    '',
    'The partner tries it with:',
    `  curl '${endpoint}services.xml?jurisdiction_id=${jurisdiction}'`,
  ].join('\n')
}
