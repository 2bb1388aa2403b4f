import { readFile, writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { z } from 'zod'
import { Problem } from '../domain/problem.ts'
import { withLocalService } from './local-service.ts'
import { asked, withWhose, type PrivacyOptions } from './privacy-options.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

const ownerOnly = 0o600

interface ExportOptions extends PrivacyOptions {
  readonly out?: string
  readonly whole?: boolean
}

/** `gatuvakt privacy export`: everything about a case as one JSON document. */
export function exportCommand(terminal: Terminal, finish: Run): Command {
  return withWhose(new Command('export'), 'gatuvakt privacy export 77ab01… --out case.json')
    .description('Everything about a case as JSON, masked unless asked otherwise')
    .argument('<case>', 'its id')
    .option('--whole', 'with contacts and unmasked texts: for the person alone')
    .option('--out <file>', 'for its owner alone; left out: to the terminal')
    .action(async (of: string, options: ExportOptions, command: Command) => {
      const body = { ...asked(options), case: of, masked: options.whole !== true }
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post('/privacy-export', body, z.looseObject({})),
      )
      await write(terminal, options.out, `${JSON.stringify(answer, undefined, 2)}\n`)
      finish(exit.ok)
    })
}

const ledger = z.strictObject({ lines: z.array(z.looseObject({})) })

/** `gatuvakt privacy ledger`: what was erased so far, to be kept beside the backups. */
export function ledgerCommand(terminal: Terminal, finish: Run): Command {
  return new Command('ledger')
    .description('What was erased so far, as ids: keep it beside the backups')
    .option('--out <file>', 'replaced; left out: to the terminal')
    .addHelpText(
      'after',
      `
Example:
  gatuvakt privacy ledger --out /mnt/backup/erased.jsonl

A backup brings back whom it was taken before they were erased. Write this file after each backup and
each erasure, and apply the newest one to whatever is restored: gatuvakt privacy apply <file>`,
    )
    .action(async ({ out }: { out?: string }, command: Command) => {
      const { lines } = await withLocalService(settings(command, terminal), (service) =>
        service.post('/privacy-ledger', {}, ledger),
      )
      await write(terminal, out, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      finish(exit.ok)
    })
}

const applied = z.strictObject({
  erased: z.int(),
  nothing: z.int(),
  held: z.array(z.string()),
})

/** `gatuvakt privacy apply`: erases once more what a restore brought back. */
export function applyCommand(terminal: Terminal, finish: Run): Command {
  return new Command('apply')
    .description('Erase once more what a restored backup brought back')
    .argument('<file>', 'from gatuvakt privacy ledger')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt privacy apply /mnt/backup/erased.jsonl')
    .action(async (file: string, { json }: PrivacyOptions, command: Command) => {
      const lines = parsed(file, await readFile(file, 'utf8'))
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post('/privacy-apply', { lines }, applied),
      )
      const { erased, nothing, held } = answer
      const text = [
        `${erased} erased, ${nothing} were erased already or are not here`,
        ...held.map(
          (of) => `case ${of} is under a legal hold: release it, and apply again`,
        ),
      ]
      terminal.out(json === true ? JSON.stringify(answer) : text.join('\n'))
      finish(held.length === 0 ? exit.ok : exit.missed)
    })
}

function parsed(file: string, text: string): readonly unknown[] {
  return text.split('\n').flatMap((line, at): readonly unknown[] => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line)]
    } catch (error) {
      const details = {
        kind: 'invalid',
        what: 'a line of the ledger is no JSON',
        where: `${file}:${at + 1}`,
        next: 'write the file anew with gatuvakt privacy ledger, or take an older one',
      } as const
      throw new Problem(details, { cause: error })
    }
  })
}

async function write(terminal: Terminal, out: string | undefined, text: string) {
  if (out === undefined) terminal.out(text.trimEnd())
  else await writeFile(out, text, { mode: ownerOnly })
}
