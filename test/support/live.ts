import type { UnitOfWork } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, MS } from '../../src/domain/time.ts'
import { openTestApi, type TestApi } from './api.ts'
import { north } from './database.ts'
import { openStream, type EventStream, type StreamEvent } from './event-stream.ts'

/** An API whose streams a test opens; disposing it closes them all. */
export interface Live extends AsyncDisposable {
  readonly api: TestApi
  readonly open: (
    cookie: string,
    options?: { readonly after?: string; readonly points?: string },
  ) => Promise<EventStream>
  /** Something changes, and its time to be told comes. */
  readonly tell: (subjects: readonly string[], told?: Told) => Promise<void>
}

interface Told {
  readonly kind?: 'alarm' | 'case' | 'configuration'
  readonly organisation?: OrganisationId
}

export async function openLive(): Promise<Live> {
  const api = await openTestApi()
  const streams = new DisposableStack()
  return {
    api,
    open: async (cookie, { after, points } = {}) => {
      const headers = { cookie, ...(after !== undefined && { 'last-event-id': after }) }
      const query = points === undefined ? '' : `?points=${points}`
      return streams.use(await openStream(api.app, headers, query))
    },
    tell: async (subjects, { kind = 'alarm', organisation = north } = {}) => {
      await tellAll(api, organisation, (work) => {
        for (const subject of subjects) work.tell({ kind, subject })
      })
    },
    [Symbol.asyncDispose]: async () => {
      streams.dispose()
      await api[Symbol.asyncDispose]()
    },
  }
}

/** Tells in a transaction of its own, and lets the time come to pass it on. */
export async function tellAll(
  { database, clock }: Pick<TestApi, 'database' | 'clock'>,
  organisation: OrganisationId,
  body: (work: UnitOfWork) => void,
): Promise<void> {
  const { promise: heard, resolve } = Promise.withResolvers<void>()
  // A server tells of its commits after them; the streams heard of this one before we do.
  const stop = database.onFeed((one) => {
    if (one === organisation) resolve()
  })
  await database.write(organisation, 'normal', async (work) => body(work))
  await heard
  stop()
  clock.advance(durationUs(250 * MS))
}

/** Subjects of everything a stream has heard of. */
export function subjects(stream: EventStream): readonly unknown[] {
  return stream.events.flatMap(({ data }) => data['subject'] ?? [])
}

export function named(event: string): (one: StreamEvent) => boolean {
  return (one) => one.event === event
}

export function about(subject: string): (one: StreamEvent) => boolean {
  return (one) => one.data['subject'] === subject
}
