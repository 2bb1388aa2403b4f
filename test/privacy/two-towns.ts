import { organisationTables } from '../../src/database/tables.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
import { jpeg } from '../photos/pictures.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

/** One of everything that north has under an id. */
export interface Belongings {
  readonly alarm: string
  readonly case: string
  /** A case that was merged into the other. */
  readonly merged: string
  readonly report: string
  readonly photo: string
  readonly order: string
  readonly absence: string
  readonly window: string
  readonly notice: string
  readonly quarantined: string
  readonly stranger: string
}

export interface TwoTowns extends AsyncDisposable {
  readonly api: TestApi
  readonly ofNorth: Belongings
  /** A case of south. */
  readonly own: string
  /** Every row of north, of every table. */
  everythingOfNorth(): Promise<string>
}

/** The API with north's things in it, and people of south who know their ids. */
export async function openTwoTowns(): Promise<TwoTowns> {
  await using opening = new AsyncDisposableStack()
  const api = opening.use(await openTestApi())
  const alarm = await api.raise('lamp-17', 'hatch-open')
  const root = await aCase(api, north)
  const merged = await aCase(api, north)
  const { version } = await api.cases.get(north, merged, false)
  const by = { role: 'administrator', name: 'user:administrator' } as const
  await api.cases.merge(north, merged, { into: root, version, by })
  const report = await api.database
    .read(north)
    .selectFrom('report')
    .select('id')
    .where('case', '=', root)
    .executeTakeFirstOrThrow()
  const photo = await aPhoto(api)
  await api.ask('operations', {
    method: 'POST',
    url: `/api/v1/cases/${root}/photos`,
    payload: { photos: [photo] },
  })
  const ofNorth: Belongings = {
    alarm,
    case: root,
    merged,
    report: report.id,
    photo,
    order: 'o'.repeat(32),
    absence: 'a'.repeat(32),
    window: 'w'.repeat(32),
    notice: 'n'.repeat(32),
    quarantined: 'q'.repeat(32),
    stranger: 'i'.repeat(32),
  }
  await addRows(api, ofNorth)
  const own = await aCase(api, south)
  const all = opening.move()
  return {
    api,
    ofNorth,
    own,
    everythingOfNorth: () => everythingOfNorth(api),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function aCase(api: TestApi, organisation: OrganisationId): Promise<string> {
  const { case: id } = await api.cases.report(organisation, {
    source: 'web',
    category: 'light-out',
    place: { lat: 58.3, lon: 11.4 },
    text: 'Hemlighet i norr',
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
  })
  return id
}

async function aPhoto(api: TestApi): Promise<string> {
  const picture = await jpeg({ width: 60, height: 40 })
  const head = `--x\r\ncontent-disposition: form-data; name="photo"; filename="p.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
  const payload = Buffer.concat([Buffer.from(head), picture, Buffer.from('\r\n--x--\r\n')])
  const answer = await api.ask('operations', {
    method: 'POST',
    url: '/api/v1/photos',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    payload,
  })
  return answer.json<{ photos: { id: string }[] }>().photos[0]?.id ?? ''
}

const at = timeUs(1)
const later = timeUs(4_000_000_000_000_000)
const span = { from_at: at, to_at: later }

/** Rows of what a whole service makes by itself. */
async function addRows(api: TestApi, ids: Belongings): Promise<void> {
  await api.database.write(north, 'normal', async ({ query }) => {
    await query
      .insertInto('work_order')
      .values({
        organisation: north,
        id: ids.order,
        case: ids.case,
        ordinal: 1,
        unit: 'x',
        contractor: null,
        state: 'ordered',
        due_at: null,
        ordered_at: at,
        changed_at: at,
        version: 1,
      })
      .execute()
    await query
      .insertInto('absence')
      .values({
        organisation: north,
        id: ids.absence,
        person: 'operations',
        from_at: at,
        until_at: later,
        deputies: '[]',
        scope: 'incoming',
        hand_back: 0,
        phase: 'running',
        due_at: null,
        cursor: '',
        created_at: at,
        created_by: 'user:operations',
        ended_by: null,
      })
      .execute()
    await query
      .insertInto('maintenance_window')
      .values({
        organisation: north,
        id: ids.window,
        scope: '{"assets":["pump-1"]}',
        ...span,
        by: 'user:operations',
        reason: 'x',
        created_at: at,
        ended_at: null,
        ended_by: null,
      })
      .execute()
    await query
      .insertInto('notice')
      .values({
        organisation: north,
        id: ids.notice,
        kind: 'storm',
        ...span,
        text: '{}',
        actor: 'user:operations',
        published_at: at,
        version: 1,
      })
      .execute()
  })
  await addStrangers(api, ids)
}

async function addStrangers(api: TestApi, ids: Belongings): Promise<void> {
  await api.database.write(north, 'normal', async ({ query }) => {
    await query
      .insertInto('quarantine')
      .values({
        organisation: north,
        id: ids.quarantined,
        kind: 'reading',
        count: 1,
        first_at: at,
        last_at: at,
        reason: 'x',
        epoch: 'e',
        sequence: 1,
        idx: 0,
        reading: '{}',
      })
      .execute()
    await query
      .insertInto('inbox')
      .values({
        organisation: north,
        id: ids.stranger,
        connection: 'c',
        shape: 's',
        identity: 'i',
        identities: '[]',
        sample: '',
        count: 1,
        first_at: at,
        last_at: at,
        dismissed_at: null,
      })
      .execute()
  })
}

/** Every row of north, of every table. */
async function everythingOfNorth(api: TestApi): Promise<string> {
  const query = api.database.read(north)
  const all: unknown[] = []
  for (const table of [...organisationTables].toSorted()) {
    // Sessions are renewed by being used; those of this test are all of south.
    if (table === 'session') continue
    all.push([
      table,
      await query
        .selectFrom(table as 'case')
        .selectAll()
        .execute(),
    ])
  }
  return JSON.stringify(all)
}
