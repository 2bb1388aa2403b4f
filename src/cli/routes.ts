import { Command } from 'commander'
import type { Run } from './program.ts'
import { dryRunCommand } from './routes/dry-run.ts'
import { explainCommand } from './routes/explain.ts'
import type { Terminal } from './terminal.ts'

/** `gatuvakt routes`: who gets a case, and who would by a draft. */
export function routesCommand(terminal: Terminal, finish: Run): Command {
  return new Command('routes')
    .description(
      'Routes: why a case goes where it goes, and where a draft would send past cases',
    )
    .addCommand(explainCommand(terminal, finish))
    .addCommand(dryRunCommand(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt routes explain --case 4f1d0a7c2b9e4d6fa1b2c3d4e5f60718
  gatuvakt routes explain --category lamp-dark --asset lamp-17 --source phone
  gatuvakt routes dry-run routes.yaml`,
    )
}
