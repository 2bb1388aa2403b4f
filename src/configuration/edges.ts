import type { ScopedQueries } from '../database/database.ts'
import { chunks } from './apply-objects.ts'
import type { ModelFacts } from './read-models.ts'

interface Edge {
  readonly kind: string
  readonly parent: string
  readonly child: string
}

/** Ends the edges that are no more and begins the new ones; the others keep their beginning. */
export async function writeEdges(
  query: ScopedQueries,
  { organisation, at, ids, objects }: ModelFacts,
): Promise<void> {
  const wanted = new Map<string, Edge>()
  for (const [slug, { parents }] of objects.asset) {
    const child = ids.get(`asset ${slug}`)
    for (const { edge: kind, asset } of parents) {
      const parent = ids.get(`asset ${asset}`)
      if (child === undefined || parent === undefined) continue
      wanted.set(edgeText({ kind, parent, child }), { kind, parent, child })
    }
  }
  const open = await query
    .selectFrom('edge')
    .select(['kind', 'parent', 'child'])
    .where('valid_to', 'is', null)
    .execute()
  const ended = open.filter((edge) => !wanted.has(edgeText(edge)))
  for (const edge of open) wanted.delete(edgeText(edge))
  for (const some of chunks(ended, 5)) {
    await query
      .updateTable('edge')
      .set({ valid_to: at })
      .where('valid_to', 'is', null)
      .where((eb) => eb.or(some.map((edge) => eb.and({ ...edge }))))
      .execute()
  }
  const rows = [...wanted.values()].map(({ kind, parent, child }) => ({
    organisation,
    kind,
    parent,
    child,
    valid_from: at,
    valid_to: null,
  }))
  for (const some of chunks(rows, 6)) await query.insertInto('edge').values(some).execute()
}

function edgeText({ kind, parent, child }: Edge): string {
  return `${kind} ${parent} ${child}`
}
