import type { ContractorMessages } from './messages-contractor.ts'

export const contractor: ContractorMessages = {
  work: {
    title: 'Work for others',
    lead: 'Cases and orders from those you have a contract with.',
    noCases: 'You have no cases just now.',
    customer: 'Customer',
    address: 'Address',
    orders: 'Orders',
    noOrders: 'Nothing is ordered just now.',
    order: 'Order',
    orderStates: {
      ordered: 'Ordered',
      accepted: 'Accepted',
      done: 'Done, says the contractor',
      approved: 'Approved',
      declined: 'Declined',
      cancelled: 'Cancelled',
    },
    orderTo: {
      ordered: 'Order',
      accepted: 'Accept',
      done: 'Report as done',
      approved: 'Approve',
      declined: 'Decline',
      cancelled: 'Cancel the order',
    },
    comment: 'To the customer',
    commentHint: 'Read by the customer’s staff and by nobody else.',
    take: 'Take the case on',
    day: 'Planned day',
    history: 'What happened',
    you: 'You',
    customerSaid: 'The customer',
    back: 'To all work',
  },
}
