import type { BrowseDescriptionLike, BrowseResult, NodeId } from 'node-opcua'
import type { Opcua } from './library.ts'
import type { Watched } from './watched.ts'

/** Most steps from a source up to the root of a device. */
const mostSteps = 12
/** Most nodes that are asked for what is above them, for one source. */
const mostNodes = 100
/** Sources whose device is remembered. */
const mostRemembered = 10_000

/** What of a session is needed to look upwards. */
export interface LookingUp {
  browse(what: BrowseDescriptionLike): Promise<BrowseResult>
  browseNext(continuationPoint: Buffer, release: boolean): Promise<BrowseResult>
}

/**
 * Finds the device that a source of events belongs to: the nearest of the roots above it. Each source is
 * looked up once in a session, because the address space of a device does not change every day.
 */
export class Owners {
  readonly #opcua: Opcua
  readonly #known = new Map<string, Promise<string | undefined>>()

  constructor(opcua: Opcua) {
    this.#opcua = opcua
  }

  /** Undefined when none of them stands above the source, or the server does not say. Never rejects. */
  async of(
    session: LookingUp,
    source: NodeId,
    candidates: readonly Watched[],
  ): Promise<Watched | undefined> {
    const roots = new Map(
      candidates.flatMap((one) =>
        one.rootId === undefined ? [] : [[one.rootId.toString(), one] as const],
      ),
    )
    const key = source.toString()
    const known =
      this.#known.get(key) ?? this.#rootAbove(session, source, roots).catch(() => undefined)
    this.#known.set(key, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostRemembered && oldest !== undefined)
      this.#known.delete(oldest)
    const root = await known
    return root === undefined ? undefined : roots.get(root)
  }

  /** Devices have come or gone. */
  forget(): void {
    this.#known.clear()
  }

  async #rootAbove(
    session: LookingUp,
    source: NodeId,
    roots: ReadonlyMap<string, Watched>,
  ): Promise<string | undefined> {
    const seen = new Set<string>()
    let level: NodeId[] = [source]
    for (let step = 0; step < mostSteps && level.length > 0; step += 1) {
      const above: NodeId[] = []
      for (const node of level) {
        const id = node.toString()
        if (roots.has(id)) return id
        if (seen.has(id) || seen.size >= mostNodes) continue
        seen.add(id)
        above.push(...(await this.#above(session, node)))
      }
      level = above
    }
    return undefined
  }

  async #above(session: LookingUp, nodeId: NodeId): Promise<NodeId[]> {
    const { references, continuationPoint } = await session.browse({
      nodeId,
      referenceTypeId: 'HierarchicalReferences',
      includeSubtypes: true,
      browseDirection: this.#opcua.BrowseDirection.Inverse,
      resultMask: 0,
    })
    // Nothing stands below more nodes than fit into one answer; servers have few of these.
    if (continuationPoint instanceof Uint8Array && continuationPoint.length > 0)
      await session.browseNext(Buffer.from(continuationPoint), true)
    return (references ?? []).map((one) => this.#opcua.resolveNodeId(one.nodeId.toString()))
  }
}
