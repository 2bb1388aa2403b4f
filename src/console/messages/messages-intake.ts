/** Fields of a report that must be mended before it can be sent. */
export type WrongIntake =
  | 'text'
  | 'category'
  | 'asset'
  | 'latitude'
  | 'phone'
  | 'email'
  | 'reason'
  | 'outside'
  | 'answer'
  // Of questions.
  | 'missing'
  | 'number'
  | 'time'
  | 'danger'

/** Texts of the page where a report is taken down. */
export interface IntakeMessages {
  readonly title: string
  readonly lead: string
  readonly source: string
  readonly text: string
  readonly textHint: string
  readonly chooseCategory: string
  readonly chooseAnswer: string
  readonly where: string
  readonly address: string
  readonly addressHint: string
  readonly placeHint: string
  readonly photos: string
  readonly photosHint: string
  /** Said of so many that are there. */
  readonly photosTaken: (count: number) => string
  readonly who: string
  readonly wantsUpdates: string
  readonly languageHint: string
  readonly callFirst: (phone: string) => string
  readonly told: string
  readonly known: string
  readonly knownHint: string
  readonly knownCount: (count: number) => string
  readonly add: string
  /** Said with the number of the case that the report is added to. */
  readonly joins: (number: string) => string
  readonly answered: string
  readonly answeredHint: string
  readonly send: string
  readonly isKnown: (number: string) => string
  readonly sendWithout: string
  readonly alreadyTaken: string
  readonly taken: string
  readonly isNew: string
  /** Both stand before a time. */
  readonly knownSince: string
  readonly knownBySensor: string
  readonly closedNow: string
  readonly toCase: string
  readonly next: string
  readonly wrong: Readonly<Record<WrongIntake, string>>
}
