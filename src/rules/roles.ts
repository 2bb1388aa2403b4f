import { type Condition, nodesOf } from './condition.ts'

/** The roles a condition reads, each once, members' roles included. */
export function rolesOf(condition: Condition): readonly string[] {
  return [...new Set(nodesOf(condition).flatMap(ownRoles))]
}

function ownRoles(node: Condition): readonly string[] {
  switch (node.kind) {
    case 'deviation':
      return [node.role, node.from]
    case 'discrepancy':
      return [node.command, node.feedback]
    default:
      return 'role' in node ? [node.role] : []
  }
}
