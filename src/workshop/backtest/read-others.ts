import type { Database, ScopedQueries } from '../../database/database.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { DetectorEvent } from '../../domain/transition.ts'
import type { PastRange } from './past.ts'
import type { OtherSaid } from './past-town.ts'

/** Read at once. */
const PAGE = 20_000
/** Of one range; later ones are left out, and the report says so. */
const MOST = 200_000

/**
 * What the detector said of other rules' alarms in a range, in the order in which it was known, and
 * first what stood when it began. `until`: there was more, and this is where it ends.
 */
export async function readOthers(
  database: Database,
  range: PastRange,
  rule: string,
): Promise<{ readonly said: readonly OtherSaid[]; readonly until: TimeUs | undefined }> {
  const query = database.read(range.organisation)
  const said: Row[] = []
  let until: TimeUs | undefined
  for (;;) {
    const rows = await page(query, { range, rule, last: said.at(-1) })
    for (const row of rows) said.push(row)
    if (rows.length < PAGE) break
    if (said.length < MOST) continue
    until = said.at(-1)?.at
    break
  }
  const standing = await stoodAt(query, range, rule)
  const all = [...standing, ...said.map(otherOf)]
  return { said: all.toSorted(inOrder), until }
}

type Row = Awaited<ReturnType<typeof page>>[number]

/** A page in the order of event time, for which there is an index. */
async function page(
  query: ScopedQueries,
  of: {
    readonly range: PastRange
    readonly rule: string
    readonly last: Cursor | undefined
  },
) {
  const { range, rule, last } = of
  let found = query
    .selectFrom('transition')
    .innerJoin('alarm', 'alarm.id', 'transition.alarm')
    .select(['alarm.rule', 'alarm.asset', 'alarm.discriminator'])
    .select(['transition.id', 'transition.event', 'transition.at', 'transition.level'])
    .select(['transition.historical', 'transition.processed_at', 'transition.heard_at'])
    .select('transition.sequence')
    .where('transition.actor', '=', 'detector')
    .where('transition.at', '>=', range.from)
    .where('transition.at', '<', range.to)
    .where('alarm.rule', '<>', rule)
    .where((where) =>
      where.or([
        where('transition.reason', 'is', null),
        // What came too late to change anything then changes nothing now.
        where('transition.reason', '<>', 'older'),
      ]),
    )
    .orderBy('transition.at')
    .orderBy('transition.id')
    .limit(PAGE)
  if (last !== undefined) {
    found = found.where((where) =>
      where.or([
        where('transition.at', '>', last.at),
        where.and([
          where('transition.at', '=', last.at),
          where('transition.id', '>', last.id),
        ]),
      ]),
    )
  }
  return await found.execute()
}

interface Cursor {
  readonly at: TimeUs
  readonly id: string
}

interface Ordered extends OtherSaid {
  /** In the journal of its alarm. */
  readonly sequence: number
}

function otherOf({ processed_at, heard_at, historical, event, ...row }: Row): Ordered {
  return {
    ...row,
    event: eventOf(event),
    historical: historical === 1,
    // When its record was heard: what the service made of it later, backtests make of it then.
    now: heard_at ?? processed_at,
  }
}

function eventOf(word: string): DetectorEvent {
  if (!isOfDetector(word)) throw new Error(`no word of the detector: ${word}`)
  return word
}

const ofDetector: Readonly<Record<DetectorEvent, true>> = {
  raised: true,
  announced: true,
  cleared: true,
  evidence_lost: true,
  evidence_back: true,
  level: true,
  corrected: true,
  withdrawn: true,
}

function isOfDetector(word: string): word is DetectorEvent {
  return Object.hasOwn(ofDetector, word)
}

/** What had been raised before the range and had not cleared when it began. */
async function stoodAt(
  query: ScopedQueries,
  { from }: PastRange,
  rule: string,
): Promise<readonly Ordered[]> {
  const rows = await query
    .selectFrom('occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select(['alarm.rule', 'alarm.asset', 'alarm.discriminator', 'occurrence.id'])
    .select(['occurrence.raised_at', 'occurrence.level'])
    .where('alarm.rule', '<>', rule)
    // Gathered anew out of what stands.
    .where('alarm.discriminator', '<>', 'gathered')
    .where('occurrence.raised_at', '<', from)
    .where((where) =>
      where.and([
        where.or([
          where('occurrence.cleared_at', 'is', null),
          where('occurrence.cleared_at', '>=', from),
        ]),
        where.or([
          where('occurrence.closed_at', 'is', null),
          where('occurrence.closed_at', '>=', from),
        ]),
      ]),
    )
    .orderBy('occurrence.raised_at')
    .orderBy('occurrence.id')
    .limit(PAGE)
    .execute()
  return rows.map(({ id, rule: own, asset, discriminator, level, raised_at: at }) => {
    const event = 'raised'
    const common = { id, rule: own, asset, discriminator, level, at, event } as const
    return Object.assign(common, { now: from, historical: false, sequence: 0 })
  })
}

function inOrder(a: Ordered, b: Ordered): number {
  return a.now - b.now || a.sequence - b.sequence || (a.id < b.id ? -1 : 1)
}
