import { z } from 'zod'
import { changesView } from '../apply-view.ts'

/** What the local routes answer, shared with the commands that call them. */
export const applyAnswer = z.object({
  organisation: z.string(),
  /** Null when nothing was written. */
  version: z.int().nullable(),
  changes: changesView,
  mistakes: z.array(
    z.object({
      file: z.string(),
      line: z.int(),
      column: z.int(),
      what: z.string(),
      why: z.string().optional(),
      next: z.string().optional(),
    }),
  ),
  warnings: z.array(z.string()),
})
export type ApplyAnswer = z.infer<typeof applyAnswer>

export const linkAnswer = z.object({ link: z.string(), user: z.string() })

export const secretAnswer = z.object({
  username: z.string(),
  secret: z.string(),
  topics: z.array(z.string()),
})

export const importReadingsAnswer = z.object({ stored: z.int() })
export const importAssetsAnswer = applyAnswer.extend({
  bad: z.array(z.object({ index: z.int().optional(), what: z.string() })),
})

export const deliveriesAnswer = z.object({
  /** Null when mails leave as usual. */
  held: z.object({ since: z.string(), why: z.string() }).nullable(),
  waiting: z.array(
    z.object({
      organisation: z.string(),
      kind: z.string(),
      count: z.int(),
      oldestDue: z.string(),
    }),
  ),
})
export type DeliveriesAnswer = z.infer<typeof deliveriesAnswer>

/** What readings can be asked for as. */
export { exportFormats, type ExportFormat } from '../../store/export/format.ts'
