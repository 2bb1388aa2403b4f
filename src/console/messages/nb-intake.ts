import type { IntakeMessages } from './messages-intake.ts'

export const intake: IntakeMessages = {
  title: 'Ta imot en melding',
  lead: 'Send med Ctrl+Enter uansett hvor i skjemaet du er.',
  source: 'Hvordan den kommer inn',
  text: 'Hva som har skjedd',
  textHint: 'Med melderens ord, og hvor det er hvis ikke noe anlegg velges.',
  chooseCategory: 'Velg hva det gjelder',
  chooseAnswer: 'Velg et svar',
  where: 'Hvor',
  address: 'Adresse eller sted i ord',
  addressHint: 'For eksempel Storgata 12, overfor torget.',
  placeHint: 'Grader, for eksempel 58,352 og 11,436. Trengs ikke hvis anlegget er valgt.',
  photos: 'Bilder som er sendt inn',
  photosHint: 'Høyst fem, 10 MB hver. Andre ser dem først når noen har sett over dem.',
  photosTaken: (count) =>
    count === 1
      ? 'Ett bilde følger med meldingen.'
      : `${count} bilder følger med meldingen.`,
  who: 'Hvem som melder',
  wantsUpdates: 'Vil ha beskjed på e-post',
  languageHint: 'Språket som beskjeder skrives på.',
  callFirst: (phone) => `Dette meldes ikke her. Ring ${phone} nå.`,
  told: 'Dette sier vi til alle som melder',
  known: 'Kjent fra før',
  knownHint: 'Saker åpnes i en ny fane. Om det er det samme, avgjør du.',
  knownCount: (count) =>
    count === 0
      ? 'Ingen åpen sak i nærheten.'
      : `${count} ${count === 1 ? 'åpen sak' : 'åpne saker'} i nærheten.`,
  add: 'Er den samme',
  joins: (number) => `Meldingen legges til ${number}.`,
  answered: 'Besvart med en gang',
  answeredHint: 'Saken avsluttes når du sender.',
  send: 'Send meldingen',
  isKnown: (number) =>
    `Dette er kjent fra før og hører til ${number}. Et svar med en gang ville også gå til andre som venter. Ingenting er sendt ennå.`,
  sendWithout: 'Send uten svaret',
  alreadyTaken:
    'Det du sendte forrige gang kom fram, med andre opplysninger. Se i listen over saker. Sender du igjen, blir det en melding til.',
  taken: 'Meldingen er mottatt',
  isNew: 'En ny sak.',
  knownSince: 'Kjent siden',
  knownBySensor: 'Oppdaget av en sensor, kjent siden',
  closedNow: 'Besvart og avsluttet.',
  toCase: 'Til saken',
  next: 'Ta imot neste',
  wrong: {
    text: 'Skriv hva som har skjedd og hvor, eller velg et anlegg',
    category: 'Velg hva det gjelder',
    asset: 'Anlegget er av et annet slag enn det som meldes',
    latitude: 'Skriv både breddegrad og lengdegrad i grader',
    phone: 'Skriv telefonnummeret med sifre',
    email: 'Skriv en hel e-postadresse',
    reason: 'Velg hvorfor saken avsluttes',
    outside: 'Skriv hvem som har ansvaret',
    answer: 'Skriv hva du svarte',
    missing: 'må besvares',
    number: 'svaret er et tall',
    time: 'svaret er et tidspunkt',
    danger: 'skal ringes inn, ikke meldes',
  },
}
