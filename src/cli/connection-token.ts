import { Command } from 'commander'
import {
  connectionTokenList,
  issuedConnectionToken,
  revokedConnectionToken,
  type IssuedConnectionToken,
} from '../api/connection-token-view.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt connections token`: what senders over HTTP show. */
export function tokenCommand(terminal: Terminal, finish: Run): Command {
  return new Command('token')
    .description('Tokens of a connection that others send to over HTTP')
    .addCommand(issue(terminal, finish))
    .addCommand(list(terminal, finish))
    .addCommand(revoke(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt connections token issue meters
  gatuvakt connections token list meters
  gatuvakt connections token revoke meters 5f0c8a11d2e3

A connection may have two live tokens, so that a sender can change from one to the other: issue the
new one, give it to the sender, revoke the old one.`,
    )
}

interface Options {
  readonly organisation?: string
  readonly json?: boolean
}

const exits =
  '\n\nExit codes: 0 done · 3 refused, as a third live token is · 4 no such connection or token'

function issue(terminal: Terminal, finish: Run): Command {
  return new Command('issue')
    .description('Make a new token and show it once')
    .argument('<connection>', 'with protocol: http')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\nExample:\n  gatuvakt connections token issue meters${exits}`)
    .action(async (connection: string, options: Options, command: Command) => {
      const issued = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/connection-tokens-issue',
          { connection, ...whose(options) },
          issuedConnectionToken,
        ),
      )
      terminal.out(options.json === true ? JSON.stringify(issued) : picture(issued))
      finish(exit.ok)
    })
}

function list(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('The live tokens of a connection; what they are can no longer be shown')
    .argument('<connection>', 'from gatuvakt connections list')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\nExample:\n  gatuvakt connections token list meters${exits}`)
    .action(async (connection: string, options: Options, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/connection-tokens-list',
          { connection, ...whose(options) },
          connectionTokenList,
        ),
      )
      const lines = answer.tokens.map(({ id, issuedAt }) => `${id}  issued ${issuedAt}`)
      terminal.out(
        options.json === true
          ? JSON.stringify(answer)
          : lines.join('\n') || `${connection} has no live token: nobody can send to it`,
      )
      finish(exit.ok)
    })
}

function revoke(terminal: Terminal, finish: Run): Command {
  return new Command('revoke')
    .description('End a token at once; who still shows it is refused')
    .argument('<connection>', 'from gatuvakt connections list')
    .argument('<token>', 'its id, from gatuvakt connections token list')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `\nExample:\n  gatuvakt connections token revoke meters 5f0c8a11d2e3${exits}`,
    )
    .action(
      async (connection: string, token: string, options: Options, command: Command) => {
        const revoked = await withLocalService(settings(command, terminal), (service) =>
          service.post(
            '/connection-tokens-revoke',
            { connection, token, ...whose(options) },
            revokedConnectionToken,
          ),
        )
        terminal.out(
          options.json === true
            ? JSON.stringify(revoked)
            : `${connection}: the token ${revoked.id} opens nothing any more`,
        )
        finish(exit.ok)
      },
    )
}

function whose({ organisation }: Options): { organisation?: string } {
  return organisation === undefined ? {} : { organisation }
}

function picture({ id, token, url, format }: IssuedConnectionToken): string {
  return [
    `id      ${id}`,
    `token   ${token}   (shown this once)`,
    `url     ${url}`,
    `format  ${format}`,
    '',
    'A sender shows it as a header:',
    `  curl ${url} -H 'Authorization: Bearer ${token}' …`,
  ].join('\n')
}
