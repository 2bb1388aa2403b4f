import type { Language, LocalText } from '../domain/language.ts'
import type { CaseState, ClosingReason } from './views.ts'

/** Name of a fault that no category describes. */
export const anyFault: LocalText = { sv: 'Fel', nb: 'Feil', en: 'Fault' }

/** How each state is called to the public. */
export const stateNames = {
  sv: {
    received: 'Mottagen',
    assigned: 'Tilldelad',
    in_progress: 'Pågår',
    done_reported: 'Utförd, kontrolleras',
    closed: 'Avslutad',
  },
  nb: {
    received: 'Mottatt',
    assigned: 'Tildelt',
    in_progress: 'Under arbeid',
    done_reported: 'Utført, kontrolleres',
    closed: 'Avsluttet',
  },
  en: {
    received: 'Received',
    assigned: 'Assigned',
    in_progress: 'In progress',
    done_reported: 'Done, being checked',
    closed: 'Closed',
  },
} as const satisfies Record<Language, Record<CaseState, string>>

/** What each closing reason means, as a sentence. */
export const reasonTexts = {
  sv: {
    fixed: 'Felet är avhjälpt.',
    self_recovered: 'Felet har försvunnit av sig självt.',
    no_fault_found: 'Vi har varit på plats och hittade inget fel.',
    accepted_no_action: 'Felet är känt och accepteras utan åtgärd.',
    not_responsible: 'Någon annan ansvarar för det här.',
  },
  nb: {
    fixed: 'Feilen er rettet.',
    self_recovered: 'Feilen har forsvunnet av seg selv.',
    no_fault_found: 'Vi har vært på stedet og fant ingen feil.',
    accepted_no_action: 'Feilen er kjent og godtas uten tiltak.',
    not_responsible: 'Noen andre har ansvaret for dette.',
  },
  en: {
    fixed: 'The fault is mended.',
    self_recovered: 'The fault went away by itself.',
    no_fault_found: 'We went there and found no fault.',
    accepted_no_action: 'The fault is known and accepted without action.',
    not_responsible: 'Somebody else is responsible for this.',
  },
} as const satisfies Record<Language, Record<ClosingReason, string>>

/** The sentences of mails. */
export interface MailTexts {
  readonly received: { readonly subject: string; readonly body: string }
  /** `since` is a time in words. */
  readonly known: {
    readonly subject: string
    readonly bySensor: (since: string) => string
    readonly reported: (since: string) => string
    readonly body: string
  }
  readonly changed: { readonly subject: string; readonly body: (state: string) => string }
  readonly closed: { readonly subject: string }
  readonly about: string
  readonly number: string
  readonly follow: string
  readonly noReply: string
}

export const mailTexts = {
  sv: {
    received: {
      subject: 'Vi har tagit emot din felanmälan',
      body: 'Tack för din felanmälan. Vi hör av oss när något händer.',
    },
    known: {
      subject: 'Vi känner redan till felet',
      bySensor: (since) =>
        `Vi känner redan till felet sedan ${since}. En givare har upptäckt det.`,
      reported: (since) => `Vi känner redan till felet sedan ${since}.`,
      body: 'Du följer nu ärendet och får veta när något händer.',
    },
    changed: {
      subject: 'Din felanmälan har fått ny status',
      body: (state) => `Ny status: ${state}.`,
    },
    closed: { subject: 'Din felanmälan är avslutad' },
    about: 'Gäller',
    number: 'Ärendenummer',
    follow: 'Följ ärendet här',
    noReply: 'Det går inte att svara på det här mejlet.',
  },
  nb: {
    received: {
      subject: 'Vi har mottatt feilmeldingen din',
      body: 'Takk for at du sa fra. Vi gir beskjed når noe skjer.',
    },
    known: {
      subject: 'Vi kjenner allerede til feilen',
      bySensor: (since) =>
        `Vi har kjent til feilen siden ${since}. En sensor oppdaget den.`,
      reported: (since) => `Vi har kjent til feilen siden ${since}.`,
      body: 'Du følger nå saken og får vite når noe skjer.',
    },
    changed: {
      subject: 'Feilmeldingen din har fått ny status',
      body: (state) => `Ny status: ${state}.`,
    },
    closed: { subject: 'Feilmeldingen din er avsluttet' },
    about: 'Gjelder',
    number: 'Saksnummer',
    follow: 'Følg saken her',
    noReply: 'Denne e-posten kan ikke besvares.',
  },
  en: {
    received: {
      subject: 'We have received your report',
      body: 'Thank you for telling us. You will hear from us when something happens.',
    },
    known: {
      subject: 'We already know about the fault',
      bySensor: (since) =>
        `We have known about this fault since ${since}. A sensor found it.`,
      reported: (since) => `We have known about this fault since ${since}.`,
      body: 'You now follow the case and will hear when something happens.',
    },
    changed: {
      subject: 'Your report has a new status',
      body: (state) => `New status: ${state}.`,
    },
    closed: { subject: 'Your report is closed' },
    about: 'About',
    number: 'Case number',
    follow: 'Follow the case here',
    noReply: 'You cannot answer this e-mail.',
  },
} as const satisfies Record<Language, MailTexts>
