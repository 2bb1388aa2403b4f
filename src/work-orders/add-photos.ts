import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { OrderRow } from './change-order.ts'
import { orderPhotos } from './history.ts'
import type { OrderParts } from './parts.ts'
import { ended } from './states.ts'

/** Photos of one order. */
const PHOTOS_MAX = 50

/**
 * Gives photos of the work to the case of an order, whose history names the order with them. They change
 * neither its state nor its version. Throws Problem conflict (it has ended), invalid (unknown, too many).
 */
export async function addOrderPhotos(
  work: UnitOfWork,
  { photos, append }: Pick<OrderParts, 'photos' | 'append'>,
  asked: {
    readonly row: OrderRow
    readonly ids: readonly string[]
    readonly actor: string
    readonly at: TimeUs
  },
): Promise<void> {
  const { row, ids, actor, at } = asked
  if (ended.has(row.state)) throw over()
  const taken = await orderPhotos(work.query, photos, [row.case])
  const known = taken.get(row.id)?.length ?? 0
  if (known + ids.length > PHOTOS_MAX) throw tooMany()
  await photos?.attach(work, { ids, case: row.case, report: null })
  work.tell({ kind: 'case', subject: row.case })
  await append(work, row.case, {
    kind: 'photos',
    actor,
    at,
    visibility: 'internal',
    data: { reference: row.id, photos: [...ids], step: 'added' },
  })
}

function over(): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'The order has ended.',
    where: 'photos',
    next: 'Ask those who ordered it for another order.',
  })
}

function tooMany(): Problem {
  return new Problem({
    kind: 'invalid',
    what: `An order has at most ${PHOTOS_MAX} photos.`,
    where: 'photos',
    next: 'Send those that show the work best.',
  })
}
