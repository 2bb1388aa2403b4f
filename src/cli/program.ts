import { Command, CommanderError } from 'commander'
import { absencesCommand } from './absences.ts'
import { adminCommand } from './admin.ts'
import { applyCommand } from './apply.ts'
import { backupCommand } from './backup.ts'
import { connectionsCommand } from './connections.ts'
import { deliveriesCommand } from './deliveries.ts'
import { desksCommand } from './desks.ts'
import { deviceCommand } from './device.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { inboxCommand } from './inbox.ts'
import { initCommand } from './init.ts'
import { kpisCommand } from './kpis.ts'
import { open311Command } from './open311.ts'
import { privacyCommand } from './privacy.ts'
import { restoreCommand } from './restore.ts'
import { routesCommand } from './routes.ts'
import { logCommand } from './log.ts'
import { quarantineCommand } from './quarantine.ts'
import { replayCommand } from './replay.ts'
import { rulesCommand } from './rules.ts'
import { serveCommand } from './serve.ts'
import { simCommand } from './sim.ts'
import { startCommand } from './start.ts'
import { exit, type Terminal } from './terminal.ts'
import { typesCommand } from './types.ts'

const commands = [
  startCommand,
  serveCommand,
  initCommand,
  adminCommand,
  applyCommand,
  importCommand,
  exportCommand,
  deviceCommand,
  backupCommand,
  restoreCommand,
  deliveriesCommand,
  desksCommand,
  kpisCommand,
  simCommand,
  logCommand,
  quarantineCommand,
  replayCommand,
  typesCommand,
  rulesCommand,
  inboxCommand,
  connectionsCommand,
  routesCommand,
  absencesCommand,
  open311Command,
  privacyCommand,
] as const

/** What a command answers: its exit code. */
export type Run = (code: number) => void

/** Parses the arguments and runs the command they name; resolves with the exit code. */
export async function createProgram(
  terminal: Terminal,
  args: readonly string[],
): Promise<number> {
  let code: number = exit.ok
  const finish: Run = (result) => {
    code = result
  }
  const program = new Command('gatuvakt')
    .description(
      'Street watch: knows what is broken outdoors, and answers those who report it',
    )
    .version('0.1.0')
    .option('--data <folder>', 'where the service keeps its data (default ./data)')
    .option(
      '--config <file>',
      'settings of the process (default gatuvakt.yaml, if it is there)',
    )
    .showHelpAfterError('(gatuvakt --help lists the commands)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt start                      the demo municipality, with a town of simulated devices
  gatuvakt serve                      the service alone
  gatuvakt init --organisation lund --name "Lunds kommun" --email ada@lund.example
  gatuvakt apply config/demo/strandkoping --dry-run
  gatuvakt device credential strandkoping lamp-17
  gatuvakt backup /mnt/backup/2026-11-20

Exit codes: 0 ok · 1 failed · 2 usage · 3 invalid or in conflict · 4 not found
            5 service unreachable · 6 check missed its target · 130 interrupted`,
    )
  for (const make of commands) {
    const command = make(terminal, finish)
    inherit(command, program)
    program.addCommand(command)
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exit.ok : exit.usage
  }
  return code
}

/** Commands below commands write and end as the program does, however deep they are. */
function inherit(command: Command, program: Command): void {
  command.copyInheritedSettings(program)
  for (const child of command.commands) inherit(child, program)
}
