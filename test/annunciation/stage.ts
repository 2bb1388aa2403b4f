import { desk, type Desk } from '../../src/annunciation/desk.ts'
import type { Group, Telling, World } from '../../src/annunciation/group.ts'
import { playRound } from '../../src/annunciation/round.ts'
import { hear, type Heard, type Member } from '../../src/annunciation/steps.ts'
import type { Calendar } from '../../src/calendar/civil-time.ts'
import { later, timeUs, type DurationUs, type TimeUs } from '../../src/domain/time.ts'

/** Friday, 20 November 2026, 12:00 UTC. */
export const noon = timeUs(Date.UTC(2026, 10, 20, 12) * 1_000)

/** Always within. */
export const anyTime: Calendar = { within: () => true, changes: () => Infinity }

export function deskOf(text: unknown): Desk {
  return desk.parse({ name: 'Control room', ...(text as object) })
}

/** A world in which every target is one recipient and everything arrives. */
export function plainWorld(more: Partial<World> = {}): World {
  return {
    calendar: anyTime,
    recipients: (target) => [Object.entries(target).flat().join(' ')],
    wantsRecoveries: () => true,
    arrival: () => 'arrived',
    tellingId: (recipient, sequence) => `${recipient}#${sequence}`,
    ...more,
  }
}

/** What is announced, without what most tests do not care for. */
export type Said = Pick<Heard, 'kind'> & Partial<Heard>

/** One group of one desk on a clock of its own: announcements in, messages out. */
export class Stage {
  readonly #policy: Desk
  readonly #world: World
  now: TimeUs = noon
  due: TimeUs | undefined
  group: Group = { members: [], knowledge: [], lines: [] }
  readonly tellings: (Telling & {
    readonly at: TimeUs
    readonly raises: readonly number[]
  })[] = []

  constructor(policy: Desk, world: World = plainWorld()) {
    this.#policy = policy
    this.#world = world
  }

  member(occurrence = 'o-1'): Member | undefined {
    return this.group.members.find((one) => one.occurrence === occurrence)
  }

  /** Hears an announcement now. */
  say(said: Said): void {
    const occurrence = said.occurrence ?? 'o-1'
    const known = this.member(occurrence)
    const answer = hear(this.#policy, known, {
      alarm: `alarm of ${occurrence}`,
      priority: known?.priority ?? 2,
      level: 1,
      raise: known?.raise ?? 1,
      at: this.now,
      now: this.now,
      acknowledged: false,
      ...said,
      occurrence,
    })
    if (answer === undefined) return
    const others = this.group.members.filter((one) => one.occurrence !== occurrence)
    this.group = { ...this.group, members: [...others, answer.member] }
    if (answer.look !== undefined)
      this.due = timeUs(Math.min(this.due ?? answer.look, answer.look))
  }

  /** Lets time pass, with every round that is due on the way. */
  pass(by: DurationUs): void {
    const until = later(this.now, by)
    for (let rounds = 0; this.due !== undefined && this.due <= until; rounds += 1) {
      if (rounds > 10_000) throw new Error('rounds without end')
      this.now = timeUs(Math.max(this.now, this.due))
      this.play()
    }
    this.now = until
  }

  play(): void {
    const { group, tellings, due } = playRound(
      this.#policy,
      this.group,
      this.now,
      this.#world,
    )
    this.group = group
    this.due = due
    for (const one of tellings) {
      const raises = one.items.map(({ occurrence }) => this.member(occurrence)?.raise ?? 0)
      this.tellings.push({ ...one, at: this.now, raises })
    }
  }

  /** `seconds recipient what occurrence` of everything that was told, for tables. */
  get told(): string[] {
    return this.tellings.flatMap(({ at, recipient, items }) =>
      items.map(
        ({ what, occurrence }) =>
          `${(at - noon) / 1_000_000} ${recipient} ${what} ${occurrence}`,
      ),
    )
  }
}
