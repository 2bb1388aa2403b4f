import { type Condition, nodesOf } from './condition.ts'

/** The roles a condition reads, each once, members' roles included. */
export function rolesOf(condition: Condition): readonly string[] {
  return [...new Set(nodesOf(condition).flatMap(ownRoles))]
}

function ownRoles(node: Condition): readonly string[] {
  if (node.kind === 'deviation') return [node.role, node.from]
  if (node.kind === 'discrepancy') return [node.command, node.feedback]
  return 'role' in node ? [node.role] : []
}
