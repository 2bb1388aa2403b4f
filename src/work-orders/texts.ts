import type { Language } from '../domain/language.ts'
import type { OrderState } from './states.ts'

/** What letters say of orders. */
interface OrderTexts {
  readonly states: Readonly<Record<OrderState, string>>
  /** Of one that was said to be done. */
  readonly sentBack: string
  /** Of one whose words or day are others than when it was ordered. */
  readonly changed: string
  /** Of one that is told to whoever stands in. */
  readonly standsFor: (person: string) => string
  readonly due: (time: string) => string
}

export const orderTexts: Readonly<Record<Language, OrderTexts>> = {
  sv: {
    states: {
      ordered: 'beställt',
      accepted: 'antaget',
      done: 'klart enligt utföraren',
      approved: 'godkänt',
      declined: 'avböjt',
      cancelled: 'avbeställt',
    },
    sentBack: 'skickat tillbaka, något saknas',
    changed: 'beställt och sedan ändrat',
    standsFor: (person) => `du står in för ${person}`,
    due: (time) => `senast ${time}`,
  },
  nb: {
    states: {
      ordered: 'bestilt',
      accepted: 'påtatt',
      done: 'ferdig ifølge utfører',
      approved: 'godkjent',
      declined: 'avslått',
      cancelled: 'avbestilt',
    },
    sentBack: 'sendt tilbake, noe mangler',
    changed: 'bestilt og siden endret',
    standsFor: (person) => `du er stedfortreder for ${person}`,
    due: (time) => `senest ${time}`,
  },
  en: {
    states: {
      ordered: 'ordered',
      accepted: 'accepted',
      done: 'done, says the contractor',
      approved: 'approved',
      declined: 'declined',
      cancelled: 'cancelled',
    },
    sentBack: 'sent back, something is missing',
    changed: 'ordered and then changed',
    standsFor: (person) => `you stand in for ${person}`,
    due: (time) => `by ${time}`,
  },
}
