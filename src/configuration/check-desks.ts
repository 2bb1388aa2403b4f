import type { Finding } from './finding.ts'
import type { TypedObjects } from './objects.ts'

/** What is wrong with desks and rotas that no schema sees. */
export function checkDesks({ desk, rota }: Pick<TypedObjects, 'desk' | 'rota'>): Finding[] {
  const findings: Finding[] = []
  const inOrder = [...desk].toSorted(
    ([a, one], [b, other]) => one.order - other.order || (a < b ? -1 : 1),
  )
  const [everything, ...behind] = inOrder.slice(
    Math.max(
      0,
      inOrder.findIndex(([, { takes }]) => takes === undefined),
    ),
  )
  for (const [slug] of everything?.[1].takes === undefined ? behind : []) {
    findings.push({
      severity: 'warning',
      kind: 'desk',
      slug,
      path: ['order'],
      part: 'key',
      what: `no alarm gets as far as this desk`,
      why: `${everything?.[0]} comes before it and takes everything`,
      next: 'give that one takes, or a larger order',
    })
  }
  for (const [slug, { acknowledgeWithin, steps }] of desk) {
    if (steps.length > 1 || Object.keys(acknowledgeWithin).length === 0) continue
    findings.push({
      severity: 'warning',
      kind: 'desk',
      slug,
      path: ['acknowledgeWithin'],
      part: 'key',
      what: 'nobody is called when nobody acknowledges in time',
      why: 'a goal that is missed brings the second step at once, and there is none',
      next: 'give steps a second one, or leave the goal to the key figures alone',
    })
  }
  for (const [slug, { overrides }] of rota) {
    overrides.forEach(({ from, to }, index) => {
      if (from < to) return
      findings.push({
        severity: 'mistake',
        kind: 'rota',
        slug,
        path: ['overrides', index, 'to'],
        part: 'value',
        what: 'this override ends before it begins',
      })
    })
  }
  return findings
}
