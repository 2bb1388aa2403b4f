import type { Command } from 'commander'
import { ruleListView, type RuleListView } from '../../api/rule-view.ts'
import { listCommand } from '../list-command.ts'
import type { Run } from '../program.ts'
import type { Terminal } from '../terminal.ts'
import { counted } from '../types/mistake-lines.ts'

/** `gatuvakt rules list`: what is in force. */
export function ruleListCommand(terminal: Terminal, finish: Run): Command {
  return listCommand(terminal, finish, {
    description: 'Rules in force, what they watch, and how often they matched in 24 hours',
    example: 'gatuvakt rules list --organisation strandkoping',
    path: '/rules-list',
    view: ruleListView,
    text: ({ rules }) => rules.map(line).join('\n'),
    none: 'no rule is in force',
  })
}

function line(one: RuleListView['rules'][number]): string {
  const { slug, priority, kind, assets, matchedLast24h, version, author } = one
  const matched =
    matchedLast24h === 0 ? 'matched nothing' : `matched ${matchedLast24h} times`
  return `${slug}  priority ${priority}, ${kind}, on ${counted(assets, 'asset')}; ${matched} in 24 hours; since version ${version} (${author})`
}
