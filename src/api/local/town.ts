import { z } from 'zod'
import { Problem } from '../../domain/problem.ts'
import type { LocalParts } from './parts.ts'

const body = z.strictObject({ faults: z.array(z.string().max(200)).min(1).max(100) })

/** Hands faults to the simulated town, if this process runs one. */
export function injectFaults(
  parts: LocalParts,
  input: unknown,
): Promise<{ injected: number }> {
  const { faults } = body.parse(input)
  const inject = parts.town()
  if (inject === undefined) {
    throw new Problem({
      kind: 'unavailable',
      what: 'no simulated town runs here',
      next: 'start the demo with npm start, and try again',
    })
  }
  for (const fault of faults) inject(fault)
  return Promise.resolve({ injected: faults.length })
}
