import { Command } from 'commander'
import { linkAnswer } from '../api/local/answers.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

interface Options {
  readonly organisation: string
  readonly name: string
  readonly timezone: string
  readonly email: string
  readonly adminName: string
  readonly language: string
  readonly json?: boolean
}

/** `gatuvakt init`: the first organisation and its administrator. */
export function initCommand(terminal: Terminal, finish: Run): Command {
  return new Command('init')
    .description('Make an organisation and its administrator, who gets a one-time link')
    .requiredOption('--organisation <slug>', 'short name, as in topics and links')
    .requiredOption('--name <name>', 'full name')
    .requiredOption('--email <address>', 'of the administrator')
    .option('--admin-name <name>', 'of the administrator', 'Administrator')
    .option('--timezone <zone>', 'IANA time zone', 'Europe/Stockholm')
    .option('--language <language>', 'sv, nb or en', 'en')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt init --organisation lund --name "Lunds kommun" --email ada@lund.example --language sv',
    )
    .action(async (options: Options, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/init',
          {
            organisation: options.organisation,
            name: options.name,
            timezone: options.timezone,
            admin: {
              name: options.adminName,
              email: options.email,
              language: options.language,
            },
          },
          linkAnswer,
        ),
      )
      terminal.out(
        options.json === true
          ? JSON.stringify(answer)
          : `${options.name} is made. ${options.email} sets a password here, once, within 24 h:\n${answer.link}`,
      )
      finish(exit.ok)
    })
}
