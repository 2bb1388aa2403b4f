import type { OrderState } from '../../work-orders/states.ts'

/** Texts of work that is ordered, for those who have the case. */
interface OrderMessages {
  readonly title: string
  readonly none: string
  readonly add: string
  readonly doer: string
  readonly chooseDoer: string
  readonly contractorHint: string
  readonly what: string
  readonly whatHint: string
  readonly dueDay: string
  readonly missing: Readonly<Record<'unit' | 'text' | 'due' | 'reason', string>>
  readonly ordered: string
  readonly done: string
  /** What a button says of what others told, or of one's own decision. */
  readonly moveTo: Readonly<Record<OrderState, string>>
  /** Other words or another day, while nobody has accepted it. */
  readonly amend: string
  readonly unchanged: string
  readonly sendBack: string
  readonly words: string
  readonly wordsHint: string
  readonly cancelHint: string
  readonly changedMeanwhile: string
}

/** Texts of photos of the work. */
interface WorkPhotoMessages {
  readonly title: string
  readonly camera: string
  readonly choose: string
  readonly hint: string
  readonly sending: (count: number) => string
  readonly sent: (count: number) => string
  readonly stop: string
  readonly photo: (place: number) => string
  /** What is wrong with chosen files; the last one is for what the service finds. */
  readonly wrong: Readonly<Record<'count' | 'size' | 'heic' | 'type' | 'damaged', string>>
}

/** Texts of the pages of contractors, and of what is ordered of them. */
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
    readonly orderChanged: string
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
  readonly ordering: OrderMessages
  readonly workPhotos: WorkPhotoMessages
}
