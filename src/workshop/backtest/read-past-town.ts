import type { ActiveConfiguration, Configurations } from '../../configuration/active.ts'
import { ruleFacts } from '../../configuration/activate.ts'
import type { JsonObject } from '../../configuration/json.ts'
import type { Database } from '../../database/database.ts'
import { begunOf, type WindowRow } from '../../alarms/windows.ts'
import { toIso, type TimeUs } from '../../domain/time.ts'
import { rule as ruleSchema } from '../../rules/rule.ts'
import { readOthers } from './read-others.ts'
import type { PastRange } from './past.ts'
import type { PastAsset, PastTown, TownFrom } from './past-town.ts'
import type { InForce } from './timeline.ts'

/** Planned work of one range; more is left out, and the report says so. */
const MOST_WINDOWS = 5_000

interface Parts {
  readonly database: Database
  readonly configurations: Configurations
}

/** Reads what kept alarms from people in a range, as of each time, and why it is not all there was. */
export async function readPastTown(
  { database, configurations }: Parts,
  range: PastRange,
  of: {
    readonly timeline: readonly InForce[]
    /** Id of the rule that is tried. */
    readonly rule: string
    readonly drafts: readonly { readonly name: string; readonly document: JsonObject }[]
  },
): Promise<{ readonly town: PastTown; readonly inexact: readonly string[] }> {
  const { timeline, rule, drafts } = of
  const towns: TownFrom[] = []
  for (const { version, ingest } of timeline) {
    const configuration = await configurations.at(range.organisation, version)
    towns.push(townFrom(configuration, ingest, towns.at(-1)))
  }
  const windows = await readWindows(database, range)
  const others = await readOthers(database, range, rule)
  const inexact = [
    ...(windows.length > MOST_WINDOWS
      ? [`only the first ${MOST_WINDOWS} maintenance windows were looked at`]
      : []),
    ...(others.until === undefined
      ? []
      : [`alarms of other rules were looked at until ${toIso(others.until)} only`]),
  ]
  const facts = drafts.map(
    ({ name, document }) => [name, ruleFacts(ruleSchema.parse(document))] as const,
  )
  const town = {
    towns,
    drafts: new Map(facts),
    windows: windows.slice(0, MOST_WINDOWS),
    others: others.said,
  }
  return { town, inexact }
}

function townFrom(
  { version, assets, ruleFacts: rules, desks, rules: { targets } }: ActiveConfiguration,
  ingest: TimeUs,
  before: TownFrom | undefined,
): TownFrom {
  const watched = Map.groupBy(targets, ({ ruleId }) => ruleId)
  return {
    version,
    ingest,
    assets: sharedAssets(assets, before?.assets),
    rules,
    desks: new Map([...desks].map(([id, { takes }]) => [id, { takes }])),
    watched: new Map(
      [...watched].map(([rule, own]) => {
        const assets = new Set(own.map(({ asset }) => asset))
        const known = before?.watched.get(rule)
        const same = known?.size === assets.size && assets.isSubsetOf(known)
        return [rule, same ? known : assets]
      }),
    ),
  }
}

/** The map of the version before, where nothing of it differs. */
function sharedAssets(
  assets: ActiveConfiguration['assets'],
  before: TownFrom['assets'] | undefined,
): TownFrom['assets'] {
  const own = new Map<string, PastAsset>()
  let differs = before?.size !== assets.size
  for (const [id, { type, place, parents }] of assets) {
    const known = before?.get(id)
    const asset = { type, ...(place !== undefined && { place }), parents }
    const same = known !== undefined && JSON.stringify(known) === JSON.stringify(asset)
    if (!same) differs = true
    own.set(id, same ? known : asset)
  }
  return differs || before === undefined ? own : before
}

/** Planned work that may have lasted in the range. */
async function readWindows(
  database: Database,
  { organisation, from, to }: PastRange,
): Promise<readonly WindowRow[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('maintenance_window')
    .selectAll()
    .where('from_at', '<', to)
    .where('to_at', '>', from)
    .orderBy('from_at')
    .orderBy('id')
    .limit(MOST_WINDOWS + 1)
    .execute()
  return rows.flatMap((row) => begunOf(row) ?? [])
}
