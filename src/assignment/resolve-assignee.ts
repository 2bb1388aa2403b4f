import type { Assignee, Colleague, ResolveAssignee, Wanted } from './assignment.ts'

type Step = Assignee['because'][number]
type Colleagues = ReadonlyMap<string, Colleague>

/**
 * Who gets a case, in this order: the wanted person; if that one is away, everybody it named to
 * stand in, then everybody whom those of them named who are away too, and so on; then whoever of
 * the unit is at work and has the fewest open cases, of equals the one whose id comes first; then
 * the unit's queue.
 *
 * Total and deterministic; the order in which colleagues are listed means nothing. Everybody is
 * looked at once, so deputies who name each other end it no later than when all were asked.
 */
export const resolveAssignee: ResolveAssignee = (wanted, colleagues) => {
  if (wanted.person === null) return queueOf(wanted, [])
  const { found, because, looked } = alongDeputies(wanted.person, colleagues)
  const standsIn = colleagues.get(wanted.person)?.isAway === true ? wanted.person : null
  const { unit } = wanted
  if (found !== undefined) {
    const isWanted = found === wanted.person
    return { unit, person: found, for: isWanted ? null : standsIn, because }
  }
  const near = nearest(unit, colleagues, looked)
  const steps = [...because, ...near.because]
  if (near.found === undefined) return queueOf(wanted, steps)
  return { unit, person: near.found, for: standsIn, because: steps }
}

function queueOf({ unit }: Wanted, because: readonly Step[]): Assignee {
  return { unit, person: null, for: null, because }
}

/** Asks the wanted person and then deputies, those who were named earlier first. */
function alongDeputies(
  wanted: string,
  colleagues: Colleagues,
): { found?: string; because: Step[]; looked: ReadonlySet<string> } {
  const because: Step[] = []
  const looked = new Set<string>()
  const queue = [wanted]
  // An index, because taking from the front of a long list costs its length.
  for (let at = 0; at < queue.length; at += 1) {
    const person = queue[at]
    if (person === undefined) break
    if (looked.has(person)) {
      because.push({ person, verdict: 'loop' })
      continue
    }
    looked.add(person)
    const colleague = colleagues.get(person)
    const verdict = verdictOn(colleague)
    because.push({ person, verdict })
    if (verdict === 'chosen') return { found: person, because, looked }
    if (verdict === 'away') queue.push(...(colleague?.deputies ?? []))
  }
  return { because, looked }
}

/** Being away says more than lacking rights: those who are away have deputies. */
function verdictOn(colleague: Colleague | undefined): Step['verdict'] {
  if (colleague === undefined) return 'unknown'
  if (colleague.isAway) return 'away'
  return colleague.mayWork ? 'chosen' : 'not_allowed'
}

/** Of the unit, at work, with rights; fewest open cases, then the smaller id. */
function nearest(
  unit: string,
  colleagues: Colleagues,
  looked: ReadonlySet<string>,
): { found?: string; because: Step[] } {
  const ofUnit = [...colleagues.values()]
    .filter(({ person, units }) => units.includes(unit) && !looked.has(person))
    .toSorted((a, b) => a.openCases - b.openCases || (a.person < b.person ? -1 : 1))
  const because: Step[] = []
  for (const colleague of ofUnit) {
    const { person, isOnDuty } = colleague
    const verdict = verdictOn(colleague)
    if (verdict === 'chosen' && isOnDuty) {
      because.push({ person, verdict })
      return { found: person, because }
    }
    because.push({ person, verdict: verdict === 'chosen' ? 'off_duty' : verdict })
  }
  return { because }
}
