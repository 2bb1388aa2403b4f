import { Command } from 'commander'
import {
  erasedCount,
  foundPeople,
  holdList,
  holdView,
  releasedCase,
  retentionCounts,
} from '../api/privacy-views.ts'
import { withLocalService } from './local-service.ts'
import { applyCommand, exportCommand, ledgerCommand } from './privacy-files.ts'
import { asked, withWhose, type PrivacyOptions } from './privacy-options.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt privacy`: what is kept of people, for how long, and how it is destroyed. */
export function privacyCommand(terminal: Terminal, finish: Run): Command {
  const make = { terminal, finish }
  return new Command('privacy')
    .description('Personal data: find, hand out, hold, erase, and how long it is kept')
    .addCommand(retention(make, 'preview', 'What the retention rules would erase now'))
    .addCommand(retention(make, 'run', 'Erase it now instead of tonight'))
    .addCommand(find(make))
    .addCommand(exportCommand(terminal, finish))
    .addCommand(erase(make))
    .addCommand(hold(make))
    .addCommand(release(make))
    .addCommand(holds(make))
    .addCommand(ledgerCommand(terminal, finish))
    .addCommand(applyCommand(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt privacy preview
  gatuvakt privacy find --phone '0523-98 76 54'
  gatuvakt privacy erase --report 5f0c8a…
  gatuvakt privacy ledger --out /mnt/backup/erased.jsonl

Every command but preview is written to the audit log.`,
    )
}

interface Make {
  readonly terminal: Terminal
  readonly finish: Run
}

/** A command that asks the service one thing and prints the answer. */
function print(
  { terminal, finish }: Make,
  { json }: PrivacyOptions,
  answer: unknown,
  text: string,
): void {
  terminal.out(json === true ? JSON.stringify(answer) : text)
  finish(exit.ok)
}

function retention(make: Make, name: 'preview' | 'run', what: string): Command {
  return withWhose(new Command(name), `gatuvakt privacy ${name}`)
    .description(what)
    .action(async (options: PrivacyOptions, command: Command) => {
      const answer = await withLocalService(settings(command, make.terminal), (service) =>
        service.post(`/privacy-${name}`, asked(options), retentionCounts),
      )
      const lines = answer.counts.map(
        ({ rule, step, cases }) =>
          `${rule}  ${step === 'case' ? 'all of' : 'contacts of'} ${cases} cases`,
      )
      const nothing = 'nothing is due; where no rule fits, nothing is ever erased'
      print(make, options, answer, lines.join('\n') || nothing)
    })
}

interface ContactOptions extends PrivacyOptions {
  readonly email?: string
  readonly phone?: string
}

function find(make: Make): Command {
  const example = "gatuvakt privacy find --phone '0523-98 76 54'"
  return withWhose(new Command('find'), example)
    .description('What there is about somebody: cases and ids, nothing of the person')
    .option('--email <address>', 'who asks')
    .option('--phone <number>', 'who asks, written in any way')
    .action(async ({ email, phone, ...options }: ContactOptions, command: Command) => {
      const contact = email === undefined ? { phone: phone ?? '' } : { email }
      const answer = await withLocalService(settings(command, make.terminal), (service) =>
        service.post('/privacy-find', { ...asked(options), ...contact }, foundPeople),
      )
      const lines = answer.found.map(
        ({ id, case: of, number, held }) =>
          `${number}  case ${of}  report ${id}${held ? '  under a legal hold' : ''}`,
      )
      print(make, options, answer, lines.join('\n') || 'nothing')
    })
}

interface EraseOptions extends PrivacyOptions {
  readonly case?: string
  readonly report?: string
}

function erase(make: Make): Command {
  return withWhose(new Command('erase'), 'gatuvakt privacy erase --case 77ab01…')
    .description('Destroy personal data for good; statistics stay')
    .option('--case <id>', 'a case with those merged into it')
    .option('--report <id>', 'one report or follow-up')
    .action(async ({ case: of, report, ...options }: EraseOptions, command: Command) => {
      const what = report === undefined ? { case: of ?? '' } : { report }
      const name = report === undefined ? `case ${of ?? ''}` : `report ${report}`
      if (!(await make.terminal.agree(`Destroy the personal data of ${name} for good?`))) {
        make.finish(exit.interrupted)
        return
      }
      const answer = await withLocalService(settings(command, make.terminal), (service) =>
        service.post('/privacy-erase', { ...asked(options), ...what }, erasedCount),
      )
      print(make, options, answer, `${answer.erased} erased`)
    })
}

interface HoldOptions extends PrivacyOptions {
  readonly reference: string
}

function hold(make: Make): Command {
  const example = "gatuvakt privacy hold 77ab01… --reference 'T 123-26'"
  return withWhose(new Command('hold'), example)
    .description('Keep a case from being erased: it is needed as it is')
    .argument('<case>', 'its id')
    .requiredOption('--reference <number>', 'of the proceedings; never a name')
    .action(
      async (of: string, { reference, ...options }: HoldOptions, command: Command) => {
        const body = { ...asked(options), case: of, reference }
        const answer = await withLocalService(settings(command, make.terminal), (service) =>
          service.post('/privacy-hold', body, holdView),
        )
        print(make, options, answer, `${of} is held since ${answer.since}`)
      },
    )
}

function release(make: Make): Command {
  return withWhose(new Command('release'), 'gatuvakt privacy release 77ab01…')
    .description('End the hold on a case')
    .argument('<case>', 'its id')
    .action(async (of: string, options: PrivacyOptions, command: Command) => {
      const answer = await withLocalService(settings(command, make.terminal), (service) =>
        service.post('/privacy-release', { ...asked(options), case: of }, releasedCase),
      )
      print(make, options, answer, `${of} is held no longer`)
    })
}

function holds(make: Make): Command {
  return withWhose(new Command('holds'), 'gatuvakt privacy holds')
    .description('Cases under a legal hold')
    .action(async (options: PrivacyOptions, command: Command) => {
      const answer = await withLocalService(settings(command, make.terminal), (service) =>
        service.post('/privacy-holds', asked(options), holdList),
      )
      const lines = answer.holds.map(
        ({ case: of, reference, since, actor }) =>
          `${of}  ${reference}  since ${since} by ${actor}`,
      )
      print(make, options, answer, lines.join('\n') || 'nothing is held')
    })
}
