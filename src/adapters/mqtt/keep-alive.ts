import type { Socket } from 'node:net'
import type { CancelTimer, Clock } from '../../domain/clock.ts'
import { durationUs, MS } from '../../domain/time.ts'

export interface KeepAliveParts {
  readonly socket: Socket
  readonly clock: Clock
  /** Something of the device waits here, so it is we who do not listen. */
  readonly busy: () => boolean
  /** Nothing came for one and a half times what the device promised. */
  readonly expired: () => void
}

/** After a standstill of ours there may be something to read that came in time. */
const secondLook = durationUs(50 * MS)

/**
 * Ends a connection whose device has fallen silent [MQTT-3.1.2-24]. The socket itself knows how
 * long that is: in real time, because the device's clock is real, too.
 */
export class KeepAlive {
  readonly #parts: KeepAliveParts
  readonly #patienceMs: number
  #looking: CancelTimer | undefined

  /** `seconds`: what the device promised, 1 to 65,535. */
  constructor(seconds: number, parts: KeepAliveParts) {
    this.#parts = parts
    this.#patienceMs = seconds * 1_500
    parts.socket.setTimeout(this.#patienceMs)
    parts.socket.on('timeout', () => this.#lookTwice())
  }

  stop(): void {
    this.#looking?.()
    this.#parts.socket.setTimeout(0)
  }

  #lookTwice(): void {
    const { socket, clock, busy, expired } = this.#parts
    const { bytesRead } = socket
    this.#looking = clock.after(secondLook, () => {
      if (socket.bytesRead === bytesRead && !busy()) expired()
      else socket.setTimeout(this.#patienceMs)
    })
  }
}
