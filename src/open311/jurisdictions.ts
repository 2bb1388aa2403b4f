import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, elapsed, SECOND, type TimeUs } from '../domain/time.ts'
import type { Open311Catalogue, Open311Door } from './config.ts'

export interface JurisdictionParts {
  readonly organisations: () => Promise<readonly OrganisationId[]>
  /** In force now. */
  readonly catalogue: (organisation: OrganisationId) => Promise<Open311Catalogue>
  readonly clock: Pick<Clock, 'now'>
}

/** An organisation that has a door, and what is behind it. */
export interface OpenDoor {
  readonly organisation: OrganisationId
  readonly catalogue: Open311Catalogue
  readonly door: Open311Door
}

/** How long the list of doors is believed. */
const KNOWN_FOR = durationUs(10 * SECOND)

/** Finds organisations by what partners call them. */
export class Jurisdictions {
  readonly #parts: JurisdictionParts
  #known: ReadonlyMap<string, OrganisationId> = new Map()
  #knownAt: TimeUs | undefined

  constructor(parts: JurisdictionParts) {
    this.#parts = parts
  }

  /**
   * Whose door it is. Left out where there is only one, it is that one. Throws Problem invalid when
   * it is missing and there are several, not_found when it is unknown.
   */
  async find(jurisdiction: string | undefined): Promise<OpenDoor> {
    const name = jurisdiction?.toLowerCase()
    const known = await this.#doors(name)
    const organisation = name === undefined ? onlyOne(known) : known.get(name)
    if (organisation === undefined) throw unknown()
    const catalogue = await this.#parts.catalogue(organisation)
    const door = catalogue.open311
    const still = name === undefined || door?.jurisdictions.includes(name) === true
    if (door === undefined || !still) throw unknown()
    return { organisation, catalogue, door }
  }

  /** Every door, for what is said of the whole service. */
  async all(): Promise<readonly OpenDoor[]> {
    const known = new Set((await this.#doors(undefined)).values())
    const found = await Promise.all(
      [...known].map(async (organisation) => {
        const catalogue = await this.#parts.catalogue(organisation)
        const { open311: door } = catalogue
        return door === undefined ? [] : [{ organisation, catalogue, door }]
      }),
    )
    return found.flat()
  }

  /** Looks again for a name that is not known, but not for every guess. */
  async #doors(name: string | undefined): Promise<ReadonlyMap<string, OrganisationId>> {
    const now = this.#parts.clock.now()
    const age = this.#knownAt === undefined ? undefined : elapsed(this.#knownAt, now)
    const missed = name !== undefined && !this.#known.has(name)
    const stale = age === undefined || age >= (missed ? SECOND : KNOWN_FOR)
    if (stale) {
      this.#known = await this.#look()
      this.#knownAt = now
    }
    return this.#known
  }

  async #look(): Promise<ReadonlyMap<string, OrganisationId>> {
    const found = new Map<string, OrganisationId>()
    for (const organisation of (await this.#parts.organisations()).toSorted()) {
      const { open311 } = await this.#parts.catalogue(organisation)
      for (const name of open311?.jurisdictions ?? []) {
        // Two cannot have one name; the first keeps it.
        if (!found.has(name)) found.set(name, organisation)
      }
    }
    return found
  }
}

function onlyOne(known: ReadonlyMap<string, OrganisationId>): OrganisationId | undefined {
  const [one, ...others] = new Set(known.values())
  if (others.length === 0) return one
  throw new Problem({
    kind: 'invalid',
    what: 'jurisdiction_id was not provided',
    where: 'jurisdiction_id',
    why: 'Several organisations can be reached here',
    next: 'Send the one that you mean, such as the domain of the municipality',
  })
}

function unknown(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'jurisdiction_id was not found',
    where: 'jurisdiction_id',
  })
}
