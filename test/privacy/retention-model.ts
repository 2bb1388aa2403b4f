import type { RetentionRule } from '../../src/privacy/retention-rule.ts'

/** What one report told, as far as it is still there. */
interface Told {
  contact: boolean
  words: boolean
  readonly case: number
}

/** A case as the oracle sees it; times in ms. */
interface ModelCase {
  readonly category: string
  reason: string | null
  closed: number | null
  root: number
  held: boolean
  changed: number
  /** When it was erased as a whole, and when its contacts were, if they were. */
  gone: number | null
  bare: number | null
  /** What staff wrote: as it was, without contacts, or gone. */
  readonly staff: ('plain' | 'masked' | 'gone')[]
}

/** `count` months later, never without a number; every time here is on the 20th, so no month is too short. */
function monthsLater(time: number, count: number): number {
  const date = new Date(time)
  return date.setUTCMonth(date.getUTCMonth() + count)
}

/** In months; no number keeps it for ever. */
function kept({ caseYears, contactsMonths }: RetentionRule, step: 'case' | 'contacts') {
  return (step === 'case' ? caseYears && caseYears * 12 : contactsMonths) ?? Number.NaN
}

/** What should become of some cases and of who reported them: the duties of the README, without SQL. */
export class RetentionModel {
  readonly cases: readonly ModelCase[]
  readonly told: Told[] = []
  /** Numbers of cases, one for each event `erased` of the whole case or of all its contacts. */
  readonly erased: number[] = []
  readonly #rules: readonly RetentionRule[]

  constructor(categories: readonly string[], rules: readonly RetentionRule[]) {
    this.#rules = rules
    this.cases = categories.map((category, root) => ({
      category,
      root,
      reason: null,
      closed: null,
      held: false,
      changed: 0,
      gone: null,
      bare: null,
      staff: [],
    }))
  }

  say(at: number, now: number): void {
    this.told.push({ case: at, contact: true, words: true })
    this.#of(at).bare = null
    this.#of(at).changed = now
  }

  write(at: number, now: number): void {
    this.#of(at).staff.push('plain')
    this.#of(at).changed = now
  }

  /** False where it lies in another one, or already has that state. */
  close(at: number, reason: string | null, now: number): boolean {
    const one = this.#of(at)
    if (one.root !== at || (one.closed === null) === (reason === null)) return false
    Object.assign(one, { reason, changed: now, closed: reason === null ? null : now })
    return true
  }

  /** False unless both stand for themselves, and nothing lies in the first. */
  merge(at: number, into: number, now: number): boolean {
    const alone = this.cases.every(({ root }, other) => root !== at || other === at)
    if (at === into || !alone || this.#of(at).root !== at) return false
    if (this.#of(into).root !== into) return false
    const closed = this.#of(at).closed ?? now
    Object.assign(this.#of(at), { root: into, reason: 'duplicate', changed: now, closed })
    this.#of(into).changed = now
    return true
  }

  unmerge(at: number, now: number): boolean {
    const one = this.#of(at)
    if (one.root === at) return false
    this.#of(one.root).changed = now
    Object.assign(one, { root: at, reason: null, changed: now, closed: null })
    return true
  }

  isHeld(at: number): boolean {
    return this.#of(at).held || this.#of(this.#of(at).root).held
  }

  /** Undefined: refused. Else how many were erased. */
  erasePerson(id: number): number | undefined {
    const one = this.told[id]
    if (one === undefined || this.isHeld(one.case)) return undefined
    if (!one.words) return 0
    Object.assign(one, { contact: false, words: false })
    this.#mask(one.case)
    return 1
  }

  eraseCase(at: number, now: number): number | undefined {
    const tree = this.#numbers().filter(
      (other) => other === at || this.#of(other).root === at,
    )
    if (tree.some((one) => this.isHeld(one))) return undefined
    const standing = tree.filter((one) => this.#stands(one))
    return standing.reduce((sum, one) => sum + this.#forget(one, now), 0)
  }

  /** One night; how many cases by rule and step. */
  night(now: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const step of ['case', 'contacts'] as const) {
      for (const at of this.#numbers()) {
        const rule = this.#due(at, step, now)
        if (rule === undefined) continue
        const key = `${rule} ${step}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
        if (step === 'case') this.#forget(at, now)
        else this.#bare(at, now)
      }
    }
    return counts
  }

  /** The rule whose time has come. */
  #due(at: number, step: 'case' | 'contacts', now: number): string | undefined {
    const one = this.#of(at)
    const end = this.#of(one.root)
    if (one.closed === null || end.closed === null || this.isHeld(at)) return undefined
    const rule = this.#ruleFor(one.category, end.reason)
    if (rule === undefined) return undefined
    const isThere = this.#stands(at) && (step === 'case' || this.#speaks(at))
    const since = Math.max(one.closed, end.closed)
    return isThere && monthsLater(since, kept(rule, step)) <= now ? rule.name : undefined
  }

  #ruleFor(category: string, reason: string | null): RetentionRule | undefined {
    return this.#rules.find(
      ({ when }) =>
        (when.category === undefined || when.category === category) &&
        (when.reason === undefined || when.reason === reason),
    )
  }

  /** Is there anything of it to erase? */
  #stands(at: number): boolean {
    const { gone, changed } = this.#of(at)
    return gone === null || changed > gone || this.#toldOf(at).some(({ words }) => words)
  }

  /** Are there words of it that may hold contacts? */
  #speaks(at: number): boolean {
    const { bare, changed, staff } = this.#of(at)
    const isNew = bare === null || changed > bare
    const staffSaid = staff.some((text) => text !== 'gone')
    return isNew && (staffSaid || this.#toldOf(at).some(({ words }) => words))
  }

  #forget(at: number, now: number): number {
    const people = this.#toldOf(at).filter(({ words }) => words)
    for (const one of people) Object.assign(one, { contact: false, words: false })
    this.#of(at).staff.fill('gone')
    this.#of(at).gone = now
    this.erased.push(at)
    return people.length
  }

  #bare(at: number, now: number): void {
    for (const one of this.#toldOf(at)) one.contact = false
    this.#mask(at)
    this.#of(at).bare = now
    this.erased.push(at)
  }

  #mask(at: number): void {
    const { staff } = this.#of(at)
    for (const [index, text] of staff.entries())
      if (text === 'plain') staff[index] = 'masked'
  }

  #toldOf(at: number): readonly Told[] {
    return this.told.filter((one) => one.case === at)
  }

  #numbers(): readonly number[] {
    return this.cases.map((_, at) => at)
  }

  #of(at: number): ModelCase {
    const one = this.cases[at]
    if (one === undefined) throw new Error(`no case ${at}`)
    return one
  }
}
