import { z } from 'zod'
import type { ApplyResult } from '../configuration/apply.ts'
import type { OrganisationId } from '../domain/ids.ts'

/** What an apply did to each object, or would do. */
export const changesView = z.array(
  z.object({
    kind: z.string(),
    slug: z.string(),
    change: z.enum(['create', 'update', 'rename', 'retire', 'unchanged', 'conflict']),
    fields: z.array(z.string()),
  }),
)

/** What came of an apply that was not refused. */
export interface Applied {
  organisation: OrganisationId
  /** Null when nothing was written. */
  version: number | null
  changes: z.infer<typeof changesView>
  mistakes: []
  warnings: []
}

export function appliedOf(
  organisation: OrganisationId,
  { version, changes }: ApplyResult,
): Applied {
  return {
    organisation,
    version,
    changes: changes.map(({ kind, slug, change, fields }) => ({
      kind,
      slug,
      change,
      fields: [...fields],
    })),
    mistakes: [],
    warnings: [],
  }
}
