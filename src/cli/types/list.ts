import { Command } from 'commander'
import { typeListView, type TypeListView } from '../../api/type-view.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { counted } from './mistake-lines.ts'

/** `gatuvakt types list`: what is in force. */
export function listCommand(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('Device types in force, and how many devices are of each')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt types list --organisation strandkoping')
    .action(
      async (
        { organisation, json }: { organisation?: string; json?: boolean },
        command: Command,
      ) => {
        const answer = await withLocalService(settings(command, terminal), (service) =>
          service.post(
            '/types-list',
            { ...(organisation !== undefined && { organisation }) },
            typeListView,
          ),
        )
        terminal.out(
          json === true
            ? JSON.stringify(answer)
            : answer.types.map(line).join('\n') || 'no device type is in force',
        )
        finish(exit.ok)
      },
    )
}

function line(one: TypeListView['types'][number]): string {
  const { type, protocol, points, devices, version, at, author, texts } = one
  const before = texts > 1 ? `, ${counted(texts - 1, 'earlier text')}` : ''
  return `${type}  ${protocol}  ${counted(points, 'point')}, ${counted(devices, 'device')}; since version ${version} (${at}, ${author})${before}`
}
