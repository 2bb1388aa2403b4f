import type { Evidence } from '../domain/transition.ts'
import type { Block, Sayer, Saying } from './block.ts'
import type { Speaker } from './speaker.ts'
import type { Episode } from './story.ts'

interface Told {
  readonly event: 'raised' | 'cleared'
  readonly at: number
  readonly level: number
  readonly evidence: readonly Evidence[]
}

/** Keeps what would have been said, and says nothing. */
export class Recorder implements Sayer {
  readonly #told: Told[] = []
  readonly #openFrom: number | undefined
  readonly #speaker: Speaker

  constructor(block: Block, target: number, speaker: Speaker) {
    this.#openFrom = block.isOpen(target) ? block.rows.raisedAt[target] : undefined
    this.#speaker = speaker
  }

  say(block: Block, target: number, { event, at }: Saying): void {
    if (event !== 'raised' && event !== 'cleared') return
    const evidence = this.#speaker.evidence(block, target, event)
    this.#told.push({ event, at, level: block.rows.level[target] ?? 1, evidence })
  }

  episodes(): readonly Episode[] {
    const found: Episode[] = []
    let open = this.#openFrom
    for (const { event, at } of this.#told) {
      if (event === 'raised') open = at
      else if (open !== undefined) {
        found.push({ raisedAt: open, end: at })
        open = undefined
      }
    }
    if (open !== undefined) found.push({ raisedAt: open, end: undefined })
    return found
  }

  find(event: Told['event'], at: number): Told | undefined {
    return this.#told.find((one) => one.event === event && one.at === at)
  }
}
