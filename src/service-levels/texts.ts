import type { Language } from '../domain/language.ts'
import type { ClockName } from './service-level.ts'

interface DeadlineTexts {
  /** The head of a letter before the deadline, and after it. */
  readonly near: (number: string) => string
  readonly passed: (number: string) => string
  readonly clocks: Readonly<Record<ClockName, string>>
  /** When what was promised is or was due, in words. */
  readonly due: (time: string) => string
  readonly level: string
  readonly open: string
}

/** What is written to those who keep the promises. */
export const deadlineTexts: Readonly<Record<Language, DeadlineTexts>> = {
  sv: {
    near: (number) => `${number}: tiden går snart ut`,
    passed: (number) => `${number}: tiden har gått ut`,
    clocks: {
      acknowledge: 'Ärendet ska tas emot av någon',
      first_response: 'Den som anmälde ska få ett första svar',
      start: 'Arbetet ska börja',
      restore: 'Felet ska vara avhjälpt',
      resolve: 'Ärendet ska vara avslutat',
    },
    due: (time) => `Senast ${time}`,
    level: 'Servicenivå',
    open: 'Öppna ärendet',
  },
  nb: {
    near: (number) => `${number}: fristen nærmer seg`,
    passed: (number) => `${number}: fristen er ute`,
    clocks: {
      acknowledge: 'Noen skal ta imot saken',
      first_response: 'Den som meldte fra, skal få et første svar',
      start: 'Arbeidet skal være i gang',
      restore: 'Feilen skal være rettet',
      resolve: 'Saken skal være avsluttet',
    },
    due: (time) => `Senest ${time}`,
    level: 'Servicenivå',
    open: 'Åpne saken',
  },
  en: {
    near: (number) => `${number}: a deadline comes near`,
    passed: (number) => `${number}: a deadline has passed`,
    clocks: {
      acknowledge: 'Somebody is to take the case on',
      first_response: 'Whoever reported it is to have a first answer',
      start: 'The work is to begin',
      restore: 'The fault is to be mended',
      resolve: 'The case is to be closed',
    },
    due: (time) => `No later than ${time}`,
    level: 'Service level',
    open: 'Open the case',
  },
}
