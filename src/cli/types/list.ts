import type { Command } from 'commander'
import { typeListView, type TypeListView } from '../../api/type-view.ts'
import { listCommand } from '../list-command.ts'
import type { Run } from '../program.ts'
import type { Terminal } from '../terminal.ts'
import { counted } from './mistake-lines.ts'

/** `gatuvakt types list`: what is in force. */
export function typeListCommand(terminal: Terminal, finish: Run): Command {
  return listCommand(terminal, finish, {
    description: 'Device types in force, and how many devices are of each',
    example: 'gatuvakt types list --organisation strandkoping',
    path: '/types-list',
    view: typeListView,
    text: ({ types }) => types.map(line).join('\n'),
    none: 'no device type is in force',
  })
}

function line(one: TypeListView['types'][number]): string {
  const { type, protocol, points, devices, version, at, author, texts } = one
  const before = texts > 1 ? `, ${counted(texts - 1, 'earlier text')}` : ''
  return `${type}  ${protocol}  ${counted(points, 'point')}, ${counted(devices, 'device')}; since version ${version} (${at}, ${author})${before}`
}
