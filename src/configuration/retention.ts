import type { RetentionDocument, RetentionRule } from '../privacy/retention-rule.ts'

/** Retention rules as they are asked: in order, with the categories they name by id. */
export function retentionInOrder(
  documents: ReadonlyMap<string, RetentionDocument>,
  idOf: (kind: 'category', slug: string) => string,
): readonly RetentionRule[] {
  const inOrder = [...documents].toSorted(
    ([a, one], [b, other]) => one.order - other.order || (a < b ? -1 : 1),
  )
  return inOrder.map(([name, document]) => {
    const { category } = document.when
    if (category === undefined) return withName(name, document, {})
    return withName(name, document, { category: idOf('category', category) })
  })
}

function withName(
  name: string,
  document: RetentionDocument,
  known: { readonly category?: string },
): RetentionRule {
  return { ...document, name, when: { ...document.when, ...known } }
}
