import type { ContractorMessages } from './messages-contractor.ts'

export const contractor: ContractorMessages = {
  work: {
    title: 'Arbeid for andre',
    lead: 'Saker og bestillinger fra dem dere har avtale med.',
    noCases: 'Dere har ingen saker akkurat nå.',
    customer: 'Bestiller',
    address: 'Adresse',
    orders: 'Bestillinger',
    noOrders: 'Ingenting er bestilt akkurat nå.',
    order: 'Bestilling',
    orderStates: {
      ordered: 'Bestilt',
      accepted: 'Påtatt',
      done: 'Ferdig ifølge utfører',
      approved: 'Godkjent',
      declined: 'Avslått',
      cancelled: 'Avbestilt',
    },
    orderTo: {
      ordered: 'Bestill',
      accepted: 'Påta',
      done: 'Meld ferdig',
      approved: 'Godkjenn',
      declined: 'Avslå',
      cancelled: 'Avbestill',
    },
    comment: 'Til bestilleren',
    commentHint: 'Leses av bestillerens ansatte og av ingen andre.',
    take: 'Ta på dere saken',
    day: 'Planlagt dag',
    history: 'Hva som har skjedd',
    you: 'Dere',
    customerSaid: 'Bestilleren',
    back: 'Til alt arbeid',
  },
}
