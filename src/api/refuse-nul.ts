import type { FastifyRequest } from 'fastify'
import { Problem } from '../domain/problem.ts'

/**
 * Refuses a request in whose address or JSON the character NUL stands: no person writes it, and
 * PostgreSQL cannot carry it.
 */
export async function refuseNul({ url, body }: FastifyRequest): Promise<void> {
  if (/%00/.test(url)) throw holdsNul('address')
  if (holds(body)) throw holdsNul('body')
}

/** Without recursion, because whoever sends it decides how deep it is. */
function holds(body: unknown): boolean {
  const left = [body]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one === 'string' && one.includes('\0')) return true
    if (typeof one !== 'object' || one === null || ArrayBuffer.isView(one)) continue
    for (const [name, value] of Object.entries(one)) left.push(name, value)
  }
  return false
}

function holdsNul(where: 'address' | 'body'): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'A text holds the character NUL',
    where,
    next: 'Leave it out',
  })
}
