import type { Command } from 'commander'

/** What every command for privacy takes. */
export interface PrivacyOptions {
  readonly organisation?: string
  readonly json?: boolean
}

/** Adds them, and an example to the help. */
export function withWhose(command: Command, example: string): Command {
  return command
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\nExample:\n  ${example}`)
}

/** The part of a request that says whose. */
export function asked({ organisation }: PrivacyOptions): { organisation?: string } {
  return organisation === undefined ? {} : { organisation }
}
