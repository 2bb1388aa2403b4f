import type { LeafPart } from './compile.ts'
import type { LeafBlock } from './conditions/leaf.ts'
import type { Crowd } from './crowd.ts'

/** A role of a rule, with everything of its condition that rests on it: a reading comes here once. */
export interface Socket {
  readonly role: string
  readonly crowd: Crowd
  readonly inlets: readonly { readonly leaf: LeafBlock; readonly slot: number }[]
}

/** One socket for each role of each crowd, in the order in which the leaves name them. */
export function socketsOf(leaves: readonly LeafPart[]): readonly Socket[] {
  const sockets: { role: string; crowd: Crowd; inlets: Socket['inlets'][number][] }[] = []
  for (const { roles, crowd, block } of leaves) {
    roles.forEach((role, slot) => {
      const inlet = { leaf: block, slot }
      const known = sockets.find((one) => one.role === role && one.crowd === crowd)
      if (known === undefined) sockets.push({ role, crowd, inlets: [inlet] })
      else known.inlets.push(inlet)
    })
  }
  return sockets
}
