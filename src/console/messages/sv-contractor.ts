import type { ContractorMessages } from './messages-contractor.ts'

export const contractor: ContractorMessages = {
  work: {
    title: 'Arbete åt andra',
    lead: 'Ärenden och beställningar från dem ni har avtal med.',
    noCases: 'Ni har inga ärenden just nu.',
    customer: 'Beställare',
    address: 'Adress',
    orders: 'Beställningar',
    noOrders: 'Inget är beställt just nu.',
    order: 'Beställning',
    orderStates: {
      ordered: 'Beställt',
      accepted: 'Antaget',
      done: 'Klart enligt utföraren',
      approved: 'Godkänt',
      declined: 'Avböjt',
      cancelled: 'Avbeställt',
    },
    orderTo: {
      ordered: 'Beställ',
      accepted: 'Anta',
      done: 'Rapportera klart',
      approved: 'Godkänn',
      declined: 'Avböj',
      cancelled: 'Avbeställ',
    },
    comment: 'Till beställaren',
    commentHint: 'Läses av beställarens personal och av ingen annan.',
    take: 'Ta på er ärendet',
    day: 'Planerad dag',
    history: 'Vad som hänt',
    you: 'Ni',
    customerSaid: 'Beställaren',
    back: 'Till allt arbete',
  },
}
