import { Command } from 'commander'
import { routeExplainView, type RouteExplainView } from '../../api/route-view.ts'
import { Problem } from '../../domain/problem.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { readRoutes } from './files.ts'

interface Options {
  readonly case?: string
  readonly category?: string
  readonly asset?: string
  readonly place?: string
  readonly source?: string
  readonly matter?: string
  readonly priority?: string
  readonly answer?: readonly string[]
  readonly at?: string
  readonly routes?: string
  readonly organisation?: string
  readonly json?: boolean
}

/** `gatuvakt routes explain`: what each route says of a case. */
export function explainCommand(terminal: Terminal, finish: Run): Command {
  return new Command('explain')
    .description('Say where a case goes, and what each route said of it')
    .option('--case <id>', 'a case as it came; else a report is made up of the others')
    .option('--category <id>', 'what it is about')
    .option('--asset <id>', 'the thing that is broken')
    .option('--place <lat,lon>', 'where, as 58.2752,11.4301')
    .option('--source <door>', 'web, phone, alarm …; left out: any citizen')
    .option('--matter <matter>', 'fault, opinion, question or order')
    .option('--priority <priority>', 'urgent, normal or low')
    .option('--answer <question=key...>', 'an answer to a question of the category')
    .option('--at <time>', 'with its zone; left out: when the case came, or now')
    .option('--routes <file>', 'a draft, in place of the routes in force')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt routes explain --case 4f1d0a7c2b9e4d6fa1b2c3d4e5f60718
  gatuvakt routes explain --category lamp-dark --asset lamp-17 --at 2026-11-21T02:00:00+01:00
  gatuvakt routes explain --category ice --place 58.2752,11.4301 --routes draft.yaml

→ decides · ✓ fits, and another came before · ~ fits by area, and steps back for the owner's route
✗ does not fit, and why. NO_COLOR=1 leaves the colours out.
Exit codes: 0 it goes to a unit · 3 the routes hand it to triage, or the question is wrong · 4 no such case`,
    )
    .action(async (options: Options, command: Command) => {
      const { organisation } = options
      const question = await questionOf(options)
      const view = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/case-routes-explain',
          { question, ...(organisation !== undefined && { organisation }) },
          routeExplainView,
        ),
      )
      const paint = terminal.interactive && (terminal.env['NO_COLOR'] ?? '') === ''
      terminal.out(options.json === true ? JSON.stringify(view) : picture(view, paint))
      finish(view.unit === null ? exit.invalid : exit.ok)
    })
}

async function questionOf(options: Options): Promise<object> {
  const { at, routes, case: asked } = options
  const report = reportOf(options)
  if (asked === undefined && Object.keys(report).length === 0) {
    throw new Problem({
      kind: 'invalid',
      what: 'what is to be explained?',
      next: 'name a case with --case, or make a report up, as with --category',
    })
  }
  return {
    ...(asked === undefined ? { report } : { case: asked }),
    ...(at !== undefined && { at }),
    ...(routes !== undefined && { routes: await readRoutes(routes) }),
  }
}

/** What was said of it; nothing is sent of what was not. */
function reportOf(options: Options): object {
  const { category, asset, source, matter, priority, place, answer } = options
  const said = {
    category,
    asset,
    source,
    matter,
    priority,
    place: place === undefined ? undefined : placeOf(place),
    answers: answer === undefined ? undefined : answersOf(answer),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

function placeOf(text: string): { readonly lat: number; readonly lon: number } {
  const found = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text)
  if (found !== null) return { lat: Number(found[1]), lon: Number(found[2]) }
  throw new Problem({
    kind: 'invalid',
    what: `${text} is no place`,
    where: '--place',
    next: 'write latitude and longitude with a comma, as 58.2752,11.4301',
  })
}

function answersOf(answers: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const one of answers) {
    const [code = '', ...rest] = one.split('=')
    found[code] = [...(found[code] ?? []), rest.join('=')]
  }
  return found
}

const marks = {
  chosen: ['→', 32],
  later: ['✓', 0],
  yields: ['~', 33],
  fails: ['✗', 31],
} as const

function picture(view: RouteExplainView, paint: boolean): string {
  const { unit, person, priority, serviceLevel, areas, border, routes } = view
  const coloured = (mark: string, colour: number): string =>
    paint && colour > 0 ? `\u001B[${colour}m${mark}\u001B[0m` : mark
  const goes = `${unit ?? 'triage'}${person === null ? '' : `, to ${person}`}`
  return [
    `goes to ${goes}; priority ${priority}, service level ${serviceLevel ?? 'none'}`,
    ...(areas.length > 0 ? [`lies in ${areas.join(', ')}`] : []),
    ...(border ? ['within 25 m of a border: ask which side'] : []),
    ...routes.map(({ verdict, slug, order, unit: to, failed, broken }) => {
      const [mark, colour] = marks[verdict]
      const why = failed.length > 0 ? `: not its ${failed.join(', ')}` : ''
      const gone = broken ? ` (there is no unit ${to}: triage)` : ''
      return `  ${coloured(mark, colour)} ${order} ${slug ?? ''} → ${to}${why}${gone}`
    }),
  ].join('\n')
}
