import { Command } from 'commander'
import { routeDryRunView, type RouteDryRunView } from '../../api/route-view.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { counted } from '../types/mistake-lines.ts'
import { readRoutes } from './files.ts'

interface Options {
  readonly organisation?: string
  readonly json?: boolean
}

/** Changes shown one by one; `--json` has 200. */
const SHOWN = 20

/** `gatuvakt routes dry-run`: where past cases would have gone. */
export function dryRunCommand(terminal: Terminal, finish: Run): Command {
  return new Command('dry-run')
    .description('Say where the newest 1,000 cases would have gone by the routes of a file')
    .argument('<file>', 'with routes: in it; they stand for all routes')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt routes dry-run config/strandkoping/routes.yaml
  gatuvakt routes dry-run draft.yaml --json

Nothing is changed. Cases are taken as they were reported.
Exit codes: 0 it was run · 3 a route names a unit that does not exist, or the file is wrong · 4 no such file`,
    )
    .action(async (file: string, { organisation, json }: Options, command: Command) => {
      const routes = await readRoutes(file)
      const view = await withLocalService(settings(command, terminal), (service) =>
        service.post(
          '/case-routes-dry-run',
          { routes, ...(organisation !== undefined && { organisation }) },
          routeDryRunView,
        ),
      )
      terminal.out(json === true ? JSON.stringify(view) : picture(view))
      finish(view.broken.length === 0 ? exit.ok : exit.invalid)
    })
}

function name(unit: string | null): string {
  return unit ?? 'triage'
}

function picture({
  cases,
  changed,
  moves,
  units,
  changes,
  broken,
}: RouteDryRunView): string {
  const rest = changed - Math.min(changed, SHOWN)
  return [
    ...broken.map(
      ({ slug, order, unit }) =>
        `broken: ${order} ${slug ?? ''} goes to ${unit}, which is no unit`,
    ),
    `${counted(cases, 'case')}, of which ${changed} would go elsewhere`,
    ...units.map(({ unit, went, would }) => `  ${name(unit)}: ${went} → ${would}`),
    ...(moves.length > 0 ? [''] : []),
    ...moves.map(({ from, to, count }) => `${name(from)} → ${name(to)}: ${count}`),
    ...(changes.length > 0 ? [''] : []),
    ...changes.slice(0, SHOWN).map(({ number, from, to, order }) => {
      const by = order === null ? '' : ` by ${order}`
      return `${number}: ${name(from)} → ${name(to)}${by}`
    }),
    ...(rest > 0 ? [`… and ${rest} more`] : []),
  ].join('\n')
}
