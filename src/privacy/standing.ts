import type { ScopedQueries } from '../database/database.ts'
import { staffWords } from './staff-texts.ts'

/**
 * Cases with something to erase: all but those that were erased as a whole and of which nobody has said
 * or written anything since, nor sent a photo. What staff writes changes a case or an order of it, and
 * erasing changes neither.
 */
export function standing(query: ScopedQueries) {
  return query
    .selectFrom('case')
    .leftJoin('sealing_key', 'sealing_key.case', 'case.id')
    .where((eb) =>
      eb.or([
        eb('sealing_key.case_erased_at', 'is', null),
        eb('sealing_key.wrapped', 'is not', null),
        eb('case.changed_at', '>', eb.ref('sealing_key.case_erased_at')),
        eb.exists(
          eb
            .selectFrom('work_order')
            .select('work_order.id')
            .whereRef('work_order.case', '=', 'case.id')
            .whereRef('work_order.changed_at', '>', 'sealing_key.case_erased_at'),
        ),
        eb.exists(
          eb.selectFrom('photo').select('photo.id').whereRef('photo.case', '=', 'case.id'),
        ),
      ]),
    )
}

/**
 * Those of them with words, of which no contacts were taken yet, or which somebody wrote about since they
 * were. Staff may have written about a case of which nobody said anything.
 */
export function withContacts(query: ScopedQueries) {
  return standing(query)
    .where((eb) =>
      eb.or([
        eb('sealing_key.contacts_erased_at', 'is', null),
        eb('case.changed_at', '>', eb.ref('sealing_key.contacts_erased_at')),
        eb.exists(
          eb
            .selectFrom('work_order')
            .select('work_order.id')
            .whereRef('work_order.case', '=', 'case.id')
            .whereRef('work_order.changed_at', '>', 'sealing_key.contacts_erased_at'),
        ),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('sealing_key.wrapped', 'is not', null),
        eb.exists(
          eb
            .selectFrom('case_event')
            .select('case_event.id')
            .whereRef('case_event.case', '=', 'case.id')
            .where((word) =>
              word.or(
                staffWords.map((name) => word('case_event.data', 'like', `%"${name}"%`)),
              ),
            ),
        ),
      ]),
    )
}
