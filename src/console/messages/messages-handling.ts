import type { AbsenceView } from '../../assignment/absence-views.ts'
import type { WordsWarning } from '../../cases/views.ts'
import type { LookedAt } from '../api/case-commands.ts'

/** Texts of the list of cases. */
interface CaseListMessages {
  readonly search: string
  readonly searchHint: string
  readonly show: string
  readonly noSuchCase: (number: string) => string
  /** Stands before the fields that narrow the list; with how many of them do. */
  readonly narrow: (fields: number) => string
  readonly any: string
  readonly triage: string
  readonly me: string
  readonly showAll: string
  readonly order: string
  readonly orders: Readonly<Record<'changed' | 'due', string>>
  readonly empty: string
  readonly shown: (count: number, isCut: boolean) => string
  readonly more: string
  readonly narrowFirst: (count: number) => string
  /** Of the next deadline, with how long it is until then. */
  readonly left: (span: string) => string
  readonly over: (span: string) => string
}

/** Texts of the map beside the list of cases. */
interface CaseMapMessages {
  readonly title: string
  readonly titleNarrowed: string
  readonly nothing: string
  readonly move: string
  readonly narrow: string
  readonly everywhere: string
  readonly steps: Readonly<
    Record<'closer' | 'wider' | 'north' | 'south' | 'west' | 'east', string>
  >
  readonly inView: (inside: number, all: number) => string
}

/** Texts of what can be done with one case beside moving it. */
interface HandlingMessages {
  readonly title: string
  readonly take: string
  readonly give: string
  readonly giveTo: string
  readonly person: string
  readonly queue: string
  readonly contractorHint: string
  readonly liesThere: string
  readonly correct: string
  readonly correctHint: string
  readonly correctSubmit: string
  readonly unchanged: string
  readonly forward: string
  readonly forwardHint: string
  readonly partner: string
  readonly choosePartner: string
  readonly forwardText: string
  readonly missing: Readonly<Record<'partner' | 'text', string>>
  readonly duplicates: string
  readonly duplicatesHint: string
  /** Whether a contractor knows who reported a case. */
  readonly sharing: {
    readonly title: string
    readonly shared: (contractor: string) => string
    readonly unshared: (contractor: string) => string
    readonly neverShared: string
    readonly share: string
    readonly unshare: string
    readonly reason: string
    readonly reasonHint: string
  }
  /** Of a group or a storm; with how many. */
  readonly remaining: (count: number) => string
  readonly remainingHint: string
  readonly liesInHere: string
  readonly distance: string
  readonly sameThing: string
  readonly mergeThere: string
  readonly mergeHere: string
  readonly templates: string
  readonly chooseTemplate: string
  readonly automatic: string
  /** Names of facts that a text lacks. */
  readonly lacks: (facts: string) => string
  readonly facts: Readonly<Record<string, string>>
  readonly forwardedTo: string
  readonly warnedTitle: string
  readonly warnedNext: string
  readonly sendAnyway: string
  readonly warnings: Readonly<Record<WordsWarning['kind'], string>>
  readonly inQueue: (unit: string) => string
  readonly inTriage: string
  readonly tooOften: string
  readonly nobodyFree: string
  readonly verdicts: Readonly<Record<LookedAt['verdict'], string>>
  readonly corrected: (unit: string) => string
  /** Said of a service level, by its id. */
  readonly promises: (level: string) => string
  readonly noPromise: string
  readonly exportTitle: string
  readonly exportMasked: string
  readonly exportWhole: string
  readonly exportHint: string
}

/** Texts of the page of absences. */
interface AbsenceMessages {
  readonly title: string
  readonly lead: string
  readonly add: string
  readonly save: string
  readonly added: string
  readonly states: Readonly<Record<AbsenceView['state'], string>>
  readonly empty: Readonly<Record<AbsenceView['state'], string>>
  readonly person: string
  readonly choosePerson: string
  readonly from: string
  readonly to: string
  readonly daysHint: string
  readonly since: string
  readonly back: string
  readonly deputies: string
  readonly deputiesHint: string
  readonly nextDeputy: string
  readonly chooseDeputy: string
  readonly remove: (name: string) => string
  readonly nearest: string
  readonly openCases: string
  readonly alsoOpen: string
  readonly handBack: string
  readonly goOver: string
  readonly stay: string
  readonly handedBack: string
  readonly by: string
  readonly end: string
  readonly takeBack: string
  readonly awayAlready: string
  readonly wrong: Readonly<Record<'person' | 'from' | 'to' | 'order' | 'over', string>>
}

/** Every text of these pages. */
export interface CaseWorkMessages {
  readonly caseList: CaseListMessages
  readonly caseMap: CaseMapMessages
  readonly handling: HandlingMessages
  readonly absences: AbsenceMessages
}
