import type { LeafPart } from './compile.ts'
import type { LeafBlock } from './conditions/leaf.ts'
import type { Crowd } from './crowd.ts'

/** A role of a rule, with everything of its condition that rests on it: a reading comes here once. */
export interface Socket {
  readonly role: string
  readonly crowd: Crowd
  /** By subject: the id of the point that measures the role; 0 where none does, for ids begin at 1. */
  readonly points: Uint32Array
  readonly inlets: readonly { readonly leaf: LeafBlock; readonly slot: number }[]
}

/** One socket for each role of each crowd, in the order in which the leaves name them. */
export function socketsOf(leaves: readonly LeafPart[]): readonly Socket[] {
  const sockets: (Socket & { inlets: Socket['inlets'][number][] })[] = []
  for (const { roles, crowd, block } of leaves) {
    roles.forEach((role, slot) => {
      const inlet = { leaf: block, slot }
      const known = sockets.find((one) => one.role === role && one.crowd === crowd)
      if (known === undefined) {
        sockets.push({ role, crowd, points: pointsOf(role, crowd), inlets: [inlet] })
      } else known.inlets.push(inlet)
    })
  }
  return sockets
}

function pointsOf(role: string, crowd: Crowd): Uint32Array {
  const points = new Uint32Array(crowd.size)
  for (let subject = 0; subject < crowd.size; subject += 1)
    points[subject] = crowd.subject(subject).points.get(role) ?? 0
  return points
}
