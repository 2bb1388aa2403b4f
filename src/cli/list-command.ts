import { Command } from 'commander'
import type { z } from 'zod'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** A list of what one organisation has. */
export interface Listing<Answer> {
  /** What is listed, for the help. */
  readonly description: string
  /** A whole command line, for the help. */
  readonly example: string
  /** The local route that is asked; its only question is whose. */
  readonly path: string
  readonly view: z.ZodType<Answer>
  /** The answer for people; empty when there is nothing. */
  readonly text: (answer: Answer) => string
  /** Said where there is nothing. */
  readonly none: string
}

/** The command `list` of a listing, which `--json` answers for programs. */
export function listCommand<Answer>(
  terminal: Terminal,
  finish: Run,
  { description, example, path, view, text, none }: Listing<Answer>,
): Command {
  return new Command('list')
    .description(description)
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\nExample:\n  ${example}`)
    .action(
      async (
        { organisation, json }: { organisation?: string; json?: boolean },
        command: Command,
      ) => {
        const answer = await withLocalService(settings(command, terminal), (service) =>
          service.post(path, { ...(organisation !== undefined && { organisation }) }, view),
        )
        terminal.out(json === true ? JSON.stringify(answer) : text(answer) || none)
        finish(exit.ok)
      },
    )
}
