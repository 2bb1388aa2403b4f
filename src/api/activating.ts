import { Problem } from '../domain/problem.ts'
import type { ApplyTypeParts } from '../workshop/apply-type.ts'
import type { ApiParts } from './parts.ts'

/** The parts with what puts versions into force. Throws Problem unavailable in a process without it. */
export function activating({
  database,
  clock,
  activate,
}: Pick<ApiParts, 'database' | 'clock' | 'activate'>): ApplyTypeParts {
  if (activate !== undefined) return { database, clock, activate }
  throw new Problem({
    kind: 'unavailable',
    what: 'this process cannot put anything into force',
    next: 'use gatuvakt types apply where the service runs',
  })
}
