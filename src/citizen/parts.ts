import type { FastifyRequest } from 'fastify'
import type { CaseCatalogue } from '../cases/catalogue.ts'
import type { Cases } from '../cases/cases.ts'
import type { OrganisationFacts } from '../cases/organisation.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Feedback } from '../feedback/create-feedback.ts'
import type { Notices } from '../notices/notices.ts'
import type { Photos } from '../photos/photos.ts'
import type { ReadShown } from './shown.ts'
import type { SentForm } from './uploads.ts'

/** What is configured of an organisation, as the pages need it. */
interface CitizenCatalogue extends CaseCatalogue {
  /** Sites that may show its pages in a frame; left out: none. */
  readonly embeddedBy?: readonly string[] | undefined
}

/** What the pages stand on. */
export interface CitizenParts {
  readonly cases: Pick<
    Cases,
    | 'report'
    | 'follow'
    | 'follower'
    | 'followUp'
    | 'get'
    | 'move'
    | 'knownAt'
    | 'suggestions'
  >
  readonly feedback: Feedback
  readonly catalogue: (organisation: OrganisationId) => Promise<CitizenCatalogue>
  /** Undefined for one that is not here. */
  readonly organisation: (id: OrganisationId) => Promise<OrganisationFacts | undefined>
  /** Left out: nothing is told beforehand but what is known at an asset. */
  readonly notices?: Pick<Notices, 'answering'>
  /** Left out: reports come without photos. */
  readonly photos?: Pick<Photos, 'take'>
  /** What others sent with a case and somebody released; left out: nothing. */
  readonly shown?: ReadShown
  /** Did a report come with this key before? Left out: none did. */
  readonly sentBefore?: (organisation: OrganisationId, key: string) => Promise<boolean>
  readonly clock: Clock
  readonly random: Random
}

/** What the server gives to the pages. */
export interface CitizenOptions {
  /** Reads a form with files; left out: forms have none. */
  readonly readForm?: (request: FastifyRequest) => Promise<SentForm>
  /** Forms of one address; left out: as many as it likes. */
  readonly formRate?: {
    readonly max: number
    /** In ms. */
    readonly timeWindow: number
    /** Addresses that are remembered. */
    readonly cache: number
  }
}

/** Both in one; photos only where forms with files are read. */
export type OwnParts = CitizenParts & CitizenOptions

export function ownParts(
  { photos, ...parts }: CitizenParts,
  { readForm, formRate }: CitizenOptions,
): OwnParts {
  return {
    ...parts,
    ...(readForm !== undefined && { readForm, ...(photos !== undefined && { photos }) }),
    ...(formRate !== undefined && { formRate }),
  }
}
