import { requirePost, type Answer, type Delivery } from './delivery.ts'
import { health, ping, query } from './formats/influx.ts'
import { takeJson } from './formats/json.ts'
import { takeLines } from './formats/line.ts'
import { takeTalq } from './formats/talq.ts'
import { takeChirpstack, takeTts } from './formats/webhooks.ts'
import type { HttpLimits } from './limits.ts'
import { nothingHere } from './named.ts'
import type { Source } from './source.ts'

/** Does what a delivery asks for. Rejects with Problem, UnsupportedBody or WrongMethod. */
export function take(
  delivery: Delivery,
  source: Source,
  { messages: most }: HttpLimits,
): Promise<Answer> | Answer {
  const { settings } = source
  switch (settings.format) {
    case 'json':
      return takeJson(delivery, source, { settings, most })
    case 'chirpstack4':
      return takeChirpstack(delivery, source)
    case 'tts3':
      return takeTts(delivery, source)
    case 'talq':
      return takeTalq(delivery, source, { most })
    case 'line':
      switch (delivery.rest) {
        case '':
        case 'write':
        case 'api/v2/write':
          return takeLines(delivery, source, { settings, most })
        case 'query':
          return query(delivery)
        case 'ping':
          return ping
        case 'health':
          return health
        default:
          requirePost(delivery)
          throw nothingHere(delivery.rest)
      }
  }
}
