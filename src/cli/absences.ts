import { Command } from 'commander'
import { absenceListView } from '../api/local/absences.ts'
import { absenceView, type AbsenceView } from '../assignment/absence-views.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt absences`: when people are away, and who gets their cases meanwhile. */
export function absencesCommand(terminal: Terminal, finish: Run): Command {
  return new Command('absences')
    .description('Absences: when people are away, and who gets their cases meanwhile')
    .addCommand(list(terminal, finish))
    .addCommand(add(terminal, finish))
    .addCommand(end(terminal, finish))
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt absences list
  gatuvakt absences add anna --from 2026-12-21 --to 2027-01-03 --deputies bo,cia
  gatuvakt absences end 5f0c8a…`,
    )
}

interface Options {
  readonly organisation?: string
  readonly json?: boolean
}

function list(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('What runs, what is to come, and what ended within 90 days')
    .option('--person <slug>', 'of one person')
    .option('--organisation <slug>', 'of this organisation, where there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt absences list --person anna')
    .action(async (options: Options & { person?: string }, command: Command) => {
      const { person, organisation, json } = options
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/absences-list',
          { ...inOrganisation(organisation), ...(person !== undefined && { person }) },
          absenceListView,
        ),
      )
      const lines = answer.absences.map(line).join('\n')
      terminal.out(json === true ? JSON.stringify(answer) : lines || 'nobody is away')
      finish(exit.ok)
    })
}

interface AddOptions extends Options {
  readonly from: string
  readonly to: string
  readonly deputies?: string
  readonly alsoOpen?: boolean
  readonly handBack?: boolean
}

function add(terminal: Terminal, finish: Run): Command {
  return new Command('add')
    .description('Say when somebody is away')
    .argument('<person>', 'as under users in the configuration')
    .requiredOption('--from <day>', 'first day, or a time with its zone')
    .requiredOption('--to <day>', 'last day, or a time with its zone')
    .option(
      '--deputies <slugs>',
      'who stands in, in order; left out: the nearest of the unit',
    )
    .option('--also-open', 'cases that the person has go over too')
    .option('--hand-back', 'what went to deputies comes back at the end, if it is open')
    .option('--organisation <slug>', 'of this organisation, where there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt absences add anna --from 2026-12-21 --to 2027-01-03 --deputies bo,cia --hand-back',
    )
    .action(async (person: string, options: AddOptions, command: Command) => {
      const { from, to, deputies, alsoOpen, handBack, organisation } = options
      const said = {
        ...inOrganisation(organisation),
        person,
        from,
        to,
        ...(deputies !== undefined && { deputies: deputies.split(',') }),
        scope: alsoOpen === true ? 'also_open' : 'incoming',
        handBack: handBack === true,
      }
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post('/absences-add', said, absenceView),
      )
      terminal.out(options.json === true ? JSON.stringify(answer) : line(answer))
      finish(exit.ok)
    })
}

function end(terminal: Terminal, finish: Run): Command {
  return new Command('end')
    .description('End an absence now, or take it back before it began')
    .argument('<id>', 'from the list')
    .option('--organisation <slug>', 'of this organisation, where there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt absences end 5f0c8a…')
    .action(async (id: string, { organisation, json }: Options, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), (service) =>
        service.post('/absences-end', { ...inOrganisation(organisation), id }, absenceView),
      )
      terminal.out(json === true ? JSON.stringify(answer) : line(answer))
      finish(exit.ok)
    })
}

function inOrganisation(organisation: string | undefined): { organisation?: string } {
  return organisation === undefined ? {} : { organisation }
}

function line({
  id,
  person,
  from,
  to,
  deputies,
  state,
  handBack,
  scope,
}: AbsenceView): string {
  const standIn = deputies.length === 0 ? 'nearest in the unit' : deputies.join(', ')
  const rest = [
    ...(scope === 'also_open' ? ['open cases too'] : []),
    ...(handBack ? ['handed back'] : []),
  ]
  return [`${id}  ${state}  ${person}  ${from} to ${to}: ${standIn}`, ...rest].join('; ')
}
