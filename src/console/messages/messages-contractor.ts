import type { OrderState } from '../../work-orders/states.ts'

/** Texts of the pages of contractors. */
export interface ContractorMessages {
  readonly work: {
    readonly title: string
    readonly lead: string
    readonly noCases: string
    readonly customer: string
    readonly address: string
    readonly orders: string
    readonly noOrders: string
    readonly order: string
    readonly orderStates: Readonly<Record<OrderState, string>>
    /** What a button says that puts an order there. */
    readonly orderTo: Readonly<Record<OrderState, string>>
    readonly comment: string
    readonly commentHint: string
    readonly take: string
    readonly day: string
    readonly history: string
    readonly you: string
    readonly customerSaid: string
    readonly back: string
  }
}
