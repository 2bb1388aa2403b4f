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
    investigating: 'Utreds',
    planned: 'Planerad',
    waiting_reporter: 'Väntar på svar från dig',
    waiting_external: 'Hos extern part',
    reopen_requested: 'Återöppning begärd',
    hidden: 'Visas inte',
  },
  nb: {
    received: 'Mottatt',
    assigned: 'Tildelt',
    in_progress: 'Under arbeid',
    done_reported: 'Utført, kontrolleres',
    closed: 'Avsluttet',
    investigating: 'Undersøkes',
    planned: 'Planlagt',
    waiting_reporter: 'Venter på svar fra deg',
    waiting_external: 'Hos ekstern part',
    reopen_requested: 'Gjenåpning bedt om',
    hidden: 'Vises ikke',
  },
  en: {
    received: 'Received',
    assigned: 'Assigned',
    in_progress: 'In progress',
    done_reported: 'Done, being checked',
    closed: 'Closed',
    investigating: 'Being looked into',
    planned: 'Planned',
    waiting_reporter: 'Waiting for your answer',
    waiting_external: 'With another organisation',
    reopen_requested: 'Asked to be opened again',
    hidden: 'Not shown',
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
    in_programme: 'Felet tas om hand i ett planerat arbete.',
    duplicate: 'Felet har redan ett annat ärende.',
    cannot_locate: 'Vi hittar inte platsen.',
    insufficient_info: 'Vi vet för lite för att kunna göra något.',
    withdrawn: 'Anmälan har tagits tillbaka.',
    expired: 'Ärendet har blivit för gammalt.',
    opinion_answered: 'Synpunkten är besvarad.',
  },
  nb: {
    fixed: 'Feilen er rettet.',
    self_recovered: 'Feilen har forsvunnet av seg selv.',
    no_fault_found: 'Vi har vært på stedet og fant ingen feil.',
    accepted_no_action: 'Feilen er kjent og godtas uten tiltak.',
    not_responsible: 'Noen andre har ansvaret for dette.',
    in_programme: 'Feilen blir tatt hånd om i et planlagt arbeid.',
    duplicate: 'Feilen har allerede en annen sak.',
    cannot_locate: 'Vi finner ikke stedet.',
    insufficient_info: 'Vi vet for lite til å kunne gjøre noe.',
    withdrawn: 'Meldingen er trukket tilbake.',
    expired: 'Saken er blitt for gammel.',
    opinion_answered: 'Innspillet er besvart.',
  },
  en: {
    fixed: 'The fault is mended.',
    self_recovered: 'The fault went away by itself.',
    no_fault_found: 'We went there and found no fault.',
    accepted_no_action: 'The fault is known and accepted without action.',
    not_responsible: 'Somebody else is responsible for this.',
    in_programme: 'The fault is dealt with in work that is planned.',
    duplicate: 'The fault has another case already.',
    cannot_locate: 'We cannot find the place.',
    insufficient_info: 'We know too little to do anything.',
    withdrawn: 'The report was taken back.',
    expired: 'The case has grown too old.',
    opinion_answered: 'The opinion was answered.',
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
  readonly changed: {
    readonly subject: string
    readonly body: (state: string) => string
    readonly planned: (day: string) => string
    /** How to answer a question, and until when. */
    readonly answer: string
    readonly answerBy: (day: string) => string
  }
  readonly said: { readonly subject: string }
  readonly merged: {
    readonly subject: string
    readonly body: (number: string) => string
  }
  readonly closed: {
    readonly subject: string
    /** Who has to do with it instead. */
    readonly outside: (name: string) => string
    /** Asks how it was. */
    readonly survey: string
  }
  /** Where there is too much for one letter. */
  readonly earlier: string
  readonly about: string
  readonly number: string
  readonly follow: string
  readonly reply: string
  readonly noReply: string
  readonly stop: string
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
      planned: (day) => `Planerat till ${day}.`,
      answer: 'Svara på ärendets sida; länken står nedan.',
      answerBy: (day) => `Vi väntar på ditt svar till och med ${day}.`,
    },
    said: { subject: 'Nytt om din felanmälan' },
    merged: {
      subject: 'Din felanmälan hör ihop med en annan',
      body: (number) =>
        `Felet har redan ett ärende, ${number}. Du får veta vad som händer i det; din länk och ditt ärendenummer gäller som förut.`,
    },
    closed: {
      subject: 'Din felanmälan är avslutad',
      outside: (name) => `Ansvarig är ${name}.`,
      survey: 'Hur blev det? Berätta på ärendets sida inom 14 dagar; länken står nedan.',
    },
    earlier: 'Det som hände dessförinnan står på ärendets sida.',
    about: 'Gäller',
    number: 'Ärendenummer',
    follow: 'Följ ärendet här',
    reply: 'Du kan svara på det här mejlet.',
    noReply: 'Det går inte att svara på det här mejlet.',
    stop: 'Vill du inte ha fler mejl om ärendet kan du säga det på samma sida.',
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
      planned: (day) => `Planlagt til ${day}.`,
      answer: 'Svar på sakens side; lenken står nedenfor.',
      answerBy: (day) => `Vi venter på svaret ditt til og med ${day}.`,
    },
    said: { subject: 'Nytt om feilmeldingen din' },
    merged: {
      subject: 'Feilmeldingen din hører sammen med en annen',
      body: (number) =>
        `Feilen har allerede en sak, ${number}. Du får vite hva som skjer i den; lenken og saksnummeret ditt gjelder som før.`,
    },
    closed: {
      subject: 'Feilmeldingen din er avsluttet',
      outside: (name) => `Ansvarlig er ${name}.`,
      survey:
        'Hvordan gikk det? Fortell det på sakens side innen 14 dager; lenken står nedenfor.',
    },
    earlier: 'Det som skjedde før dette, står på sakens side.',
    about: 'Gjelder',
    number: 'Saksnummer',
    follow: 'Følg saken her',
    reply: 'Du kan svare på denne e-posten.',
    noReply: 'Denne e-posten kan ikke besvares.',
    stop: 'Vil du ikke ha flere e-poster om saken, kan du si fra på samme side.',
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
      planned: (day) => `Planned for ${day}.`,
      answer: 'Answer on the page of the case; the link is below.',
      answerBy: (day) => `We wait for your answer until ${day}.`,
    },
    said: { subject: 'News of your report' },
    merged: {
      subject: 'Your report belongs with another one',
      body: (number) =>
        `The fault has a case already, ${number}. You will hear what happens in that one; your link and your case number stay as they are.`,
    },
    closed: {
      subject: 'Your report is closed',
      outside: (name) => `${name} is responsible.`,
      survey:
        'How was it? Tell us on the page of the case within 14 days; the link is below.',
    },
    earlier: 'What happened before this is on the page of the case.',
    about: 'About',
    number: 'Case number',
    follow: 'Follow the case here',
    reply: 'You can answer this e-mail.',
    noReply: 'You cannot answer this e-mail.',
    stop: 'If you want no more e-mail about the case, say so on the same page.',
  },
} as const satisfies Record<Language, MailTexts>
