import type { ProblemDetails } from '../../domain/problem.ts'
import type { TypeOf } from '../device-type.ts'
import { nearest } from './nearest.ts'
import { parseCondition, parsePath, type Segment } from './path.ts'

/** What is wrong with an OPC UA type although each of its parts is well formed; empty: nothing. */
export function checkOpcuaType(type: TypeOf<'opcua'>): readonly ProblemDetails[] {
  const { namespaces, events, subscription } = type.opcua
  const findings: ProblemDetails[] = []
  const used = new Set<string>()
  for (const [key, { path, condition }] of Object.entries(type.points)) {
    for (const { prefix } of path === undefined ? sourceOf(condition) : stepsOf(path)) {
      used.add(prefix)
      if (prefix === '0' || Object.hasOwn(namespaces, prefix)) continue
      const like = nearest(prefix, Object.keys(namespaces))
      findings.push({
        kind: 'invalid',
        what: `The prefix ${prefix} is not among the namespaces of the type`,
        where: `points.${key}.${path === undefined ? 'condition' : 'path'}`,
        next:
          like === undefined
            ? `Add ${prefix} with its URI to opcua.namespaces`
            : `Did you mean ${like}? Or add ${prefix} with its URI to opcua.namespaces`,
      })
    }
  }
  if (subscription.lifetime < 3 * subscription.keepAlive) {
    findings.push({
      kind: 'invalid',
      what: 'The server would forget us before it had to say that it is alive',
      where: 'opcua.subscription.lifetime',
      why: `lifetime (${subscription.lifetime}) must be at least three times keepAlive (${subscription.keepAlive})`,
      next: `Set lifetime to ${3 * subscription.keepAlive} or more`,
    })
  }
  const conditions = Object.values(type.points).some(
    ({ condition }) => condition !== undefined,
  )
  if (conditions && events?.conditions === false) {
    findings.push({
      kind: 'invalid',
      what: 'Points name conditions and the type says not to listen to them',
      where: 'opcua.events.conditions',
      next: 'Set it to true or leave events out',
    })
  }
  return findings
}

function stepsOf(path: string): readonly Segment[] {
  const parsed = parsePath(path, 'device')
  return parsed.ok ? parsed.segments : []
}

function sourceOf(condition: string | undefined): readonly Segment[] {
  if (condition === undefined) return []
  const parsed = parseCondition(condition)
  return parsed.ok ? parsed.source : []
}
