import { z } from 'zod'
import type { NewReport } from '../cases/cases.ts'

/** Through which of our doors somebody came; pages carry it along, so that the report says it. */
export interface Door {
  readonly source: Extract<NewReport['source'], 'web' | 'qr' | 'embed'>
  /** The code of the sign that was scanned. */
  readonly code?: string
}

const said = z
  .object({
    qr: z
      .string()
      .regex(/^[\w.-]{1,80}$/)
      .optional()
      .catch(undefined),
    embed: z.literal('1').optional().catch(undefined),
  })
  .catch({})

/** Read from a query or a form: `qr=` with the code of a sign, `embed=1` from a page of the organisation's own site. */
export function doorOf(sent: unknown): Door {
  const { qr, embed } = said.parse(sent ?? {})
  if (qr !== undefined) return { source: 'qr', code: qr }
  return { source: embed === '1' ? 'embed' : 'web' }
}

/** What carries it to the next page. */
export function doorFields({ source, code }: Door): Readonly<Record<string, string>> {
  if (source === 'web') return {}
  return source === 'embed' ? { embed: '1' } : { qr: code ?? '' }
}
