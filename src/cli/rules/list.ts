import { Command } from 'commander'
import { ruleListView, type RuleListView } from '../../api/rule-view.ts'
import { withLocalService } from '../local-service.ts'
import type { Run } from '../program.ts'
import { settings } from '../settings.ts'
import { exit, type Terminal } from '../terminal.ts'
import { counted } from '../types/mistake-lines.ts'

/** `gatuvakt rules list`: what is in force. */
export function listCommand(terminal: Terminal, finish: Run): Command {
  return new Command('list')
    .description('Rules in force, what they watch, and how often they matched in 24 hours')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt rules list --organisation strandkoping')
    .action(
      async (
        { organisation, json }: { organisation?: string; json?: boolean },
        command: Command,
      ) => {
        const answer = await withLocalService(settings(command, terminal), (service) =>
          service.post(
            '/rules-list',
            { ...(organisation !== undefined && { organisation }) },
            ruleListView,
          ),
        )
        terminal.out(
          json === true
            ? JSON.stringify(answer)
            : answer.rules.map(line).join('\n') || 'no rule is in force',
        )
        finish(exit.ok)
      },
    )
}

function line(one: RuleListView['rules'][number]): string {
  const { slug, priority, kind, assets, matchedLast24h, version, author } = one
  const matched =
    matchedLast24h === 0 ? 'matched nothing' : `matched ${matchedLast24h} times`
  return `${slug}  priority ${priority}, ${kind}, on ${counted(assets, 'asset')}; ${matched} in 24 hours; since version ${version} (${author})`
}
