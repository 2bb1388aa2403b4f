import type { UnitOfWork } from '../../database/database.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { Routing } from '../../routing/routing.ts'
import type { OwnParts } from '../parts.ts'

/** Tells which unit the routes chose, and gives it to whom they named. */
export async function handOn(
  work: UnitOfWork,
  { append, assign }: Pick<OwnParts, 'append' | 'assign'>,
  {
    id,
    routing,
    at,
  }: { readonly id: string; readonly routing: Routing; readonly at: TimeUs },
): Promise<void> {
  const { unit, person, order } = routing
  if (unit === null || order === null) return
  const by = { actor: 'routes', at, visibility: 'public' } as const
  await append(work, id, { kind: 'routed', ...by, data: { unit, route: order } })
  if (person === null || assign === undefined) return
  await assign(work, { case: id, unit, person, by: 'routes', at, via: 'route' })
}
