import { Command } from 'commander'
import { linkAnswer } from '../api/local/answers.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt admin reset`: the way back in for somebody who is locked out. */
export function adminCommand(terminal: Terminal, finish: Run): Command {
  const reset = new Command('reset')
    .description('A new one-time link for a user; ends the sessions they have')
    .requiredOption('--organisation <slug>', 'of the user')
    .requiredOption('--email <address>', 'of the user')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt admin reset --organisation lund --email ada@lund.example',
    )
    .action(
      async (
        options: { organisation: string; email: string; json?: boolean },
        command: Command,
      ) => {
        const answer = await withLocalService(settings(command, terminal), (service) =>
          service.post(
            '/admin-reset',
            { organisation: options.organisation, email: options.email },
            linkAnswer,
          ),
        )
        terminal.out(
          options.json === true
            ? JSON.stringify(answer)
            : `${options.email} sets a new password here, once, within 24 h:\n${answer.link}`,
        )
        finish(exit.ok)
      },
    )
  return new Command('admin')
    .description('Help for users who are locked out')
    .addCommand(reset)
}
