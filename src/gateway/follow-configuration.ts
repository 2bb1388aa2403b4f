import type { ActiveConfiguration } from '../configuration/active.ts'
import type { Core } from '../core.ts'
import type { CancelTimer } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { SECOND } from '../domain/time.ts'
import type { PortParts } from '../ports.ts'

/**
 * Calls `changed` with the configuration of every organisation as it is now, and from then on with
 * every new version, one call at a time for each organisation. The feed says that something
 * happened, in this process or another; a second later, once for all of it, the version is looked
 * at. The first calls reject for the caller; a later one that does is told to the log and made again
 * with the next news. Gives how to stop, which waits for the calls under way.
 */
export async function followConfiguration(
  { clock, logger }: PortParts,
  { database, configurations }: Core,
  changed: (configuration: ActiveConfiguration) => Promise<void>,
): Promise<() => Promise<void>> {
  const seen = new Map<OrganisationId, number>()
  const due = new Map<OrganisationId, CancelTimer>()
  const working = new Map<OrganisationId, Promise<unknown>>()

  async function look(organisation: OrganisationId): Promise<void> {
    const configuration = await configurations.current(organisation)
    if (configuration === undefined) return
    if (seen.get(organisation) === configuration.version) return
    await changed(configuration)
    seen.set(organisation, configuration.version)
  }

  async function lookAgain(organisation: OrganisationId): Promise<void> {
    try {
      await look(organisation)
    } catch (error) {
      logger.error(
        { err: error, organisation },
        'connections do not follow the configuration',
      )
    }
  }

  const stopListening = database.onFeed((organisation) => {
    if (due.has(organisation)) return
    const later = clock.after(SECOND, () => {
      due.delete(organisation)
      const before = Promise.resolve(working.get(organisation))
      working.set(
        organisation,
        before.then(() => lookAgain(organisation)),
      )
    })
    due.set(organisation, later)
  })
  async function stop(): Promise<void> {
    stopListening()
    for (const cancel of due.values()) cancel()
    await Promise.allSettled(working.values())
  }

  const first = (await configurations.organisations()).map((organisation) => {
    const looking = look(organisation)
    working.set(organisation, Promise.allSettled([looking]))
    return looking
  })
  try {
    await Promise.all(first)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
