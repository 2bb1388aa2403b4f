import type { WhyView } from '../../alarms/views.ts'

/** One reading that a raise rests on. */
export interface EvidenceLine {
  readonly key: string
  readonly role: string
  readonly value: number | string | boolean | null
  /** What was made of readings and held against the limit: a rate, a count, a baseline. */
  readonly computed: number | null
  readonly limit: number | null
  readonly quality: string
  readonly at: string
}

/** The evidence as it was stored; what is not there or of no known kind is left empty. */
export function evidenceLines(evidence: WhyView['evidence']): readonly EvidenceLine[] {
  return evidence.map((record, index) => {
    const { role, value, computed, limit, quality, at } = record
    return {
      key: String(index),
      role: typeof role === 'string' ? role : '',
      value: isValue(value) ? value : null,
      computed: typeof computed === 'number' ? computed : null,
      limit: typeof limit === 'number' ? limit : null,
      quality: typeof quality === 'string' ? quality : '',
      at: typeof at === 'string' ? at : '',
    }
  })
}

function isValue(value: unknown): value is number | string | boolean {
  return ['number', 'string', 'boolean'].includes(typeof value)
}

/** Assets that the evidence of a gathered alarm names; it counts the others. */
export function membersOf(
  evidence: WhyView['evidence'],
): readonly { readonly id: string; readonly name: string }[] {
  return evidence.flatMap(({ condition, value, name }) =>
    condition === 'member' && typeof value === 'string'
      ? [{ id: value, name: typeof name === 'string' ? name : value }]
      : [],
  )
}
