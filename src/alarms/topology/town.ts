import type { EdgeKind } from '../../domain/asset.ts'
import type { RuleFacts } from '../alarms.ts'
import type { Topology } from './graph.ts'

/** What the topology source must know of an organisation's configuration now. */
export interface Town {
  readonly topology: Topology
  /** By id. */
  readonly rules: ReadonlyMap<string, RuleFacts>
  /** The assets a rule watches. */
  readonly watchedBy: (rule: string) => ReadonlySet<string>
}

/** Edges over which alarms of this class explain others, with the rules whose alarms they explain. */
export function explainedBy(
  { rules }: Town,
  faultClass: string,
): ReadonlyMap<EdgeKind, readonly string[]> {
  const found = new Map<EdgeKind, string[]>()
  for (const [id, { causedBy }] of rules) {
    for (const cause of causedBy) {
      if (cause.faultClass !== faultClass) continue
      const own = found.get(cause.edge)
      if (own === undefined) found.set(cause.edge, [id])
      else own.push(id)
    }
  }
  return found
}
