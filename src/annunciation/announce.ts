import type { Announcement } from '../alarms/alarms.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { deskFor, groupKey, policyOf, type DeskCatalogue } from './catalogue.ts'
import { lookAtGroup, memberOf, saveMembers, type GroupName } from './rows.ts'
import { hear, type Heard } from './steps.ts'

export interface AnnounceParts {
  /** Asked inside the alarm's transaction, where only the database may be awaited. */
  readonly catalogueNow: (organisation: OrganisationId) => DeskCatalogue
}

/** Announcements after which somebody may have to be told who was not told before. */
const calls: ReadonlySet<Announcement['kind']> = new Set([
  'raised',
  'worse',
  'again',
  'unacknowledged',
])

/**
 * Notes what the life-cycle announced, in the alarm's own transaction: which desk has it, and when
 * somebody must be told. Tells nobody itself: the annunciator does, when it is due. An occurrence
 * that a desk was given stays with it; when it gets worse, the desk for the worse kind gets it too.
 */
export function announcer(
  parts: AnnounceParts,
): (work: UnitOfWork, announcement: Announcement) => Promise<void> {
  return async (work, announcement) => {
    const catalogue = parts.catalogueNow(work.organisation)
    // Nobody but the console: nothing is kept of who was told what.
    if (catalogue.desks.size === 0) return
    const rows = await work.query
      .selectFrom('escalation')
      .selectAll()
      .where('occurrence', '=', announcement.occurrence)
      .execute()
    const desks = new Map(rows.map((row) => [row.desk, row]))
    const rule = await ruleOf(work, catalogue, announcement)
    const { asset, priority, now } = announcement
    const facts = { asset, priority, rule, faultClass: announcement.rule.faultClass }
    const taking = calls.has(announcement.kind) ? deskFor(catalogue, facts) : undefined
    const concerned = new Set([...desks.keys(), ...(taking === undefined ? [] : [taking])])
    const heard: Heard = { acknowledged: false, ...announcement }
    for (const desk of concerned) {
      const row = desks.get(desk)
      const answer = hear(policyOf(catalogue, desk), row && memberOf(row), heard)
      if (answer === undefined) continue
      const group = row?.group_key ?? groupKey(catalogue, facts)
      const { member, look } = answer
      await saveMembers(work, { desk, group }, [{ member, open: true }], now)
      if (look !== undefined) await lookOnce(work, { desk, group }, { look, now })
    }
  }
}

/** Only where a desk asks for it: one question less for each alarm of a storm. */
async function ruleOf(
  work: UnitOfWork,
  { desks }: DeskCatalogue,
  { alarm, kind }: Announcement,
): Promise<string> {
  const asked = [...desks.values()].some(({ takes }) =>
    takes?.some(({ rules }) => rules !== undefined),
  )
  if (!asked || !calls.has(kind)) return ''
  const row = await work.query
    .selectFrom('alarm')
    .select('rule')
    .where('id', '=', alarm)
    .executeTakeFirst()
  return row?.rule ?? ''
}

/** What a transaction has asked for already, so that a storm asks once for each group. */
const asked = new WeakMap<UnitOfWork, Map<string, TimeUs>>()

async function lookOnce(
  work: UnitOfWork,
  name: GroupName,
  { look, now }: { readonly look: TimeUs; readonly now: TimeUs },
): Promise<void> {
  const looks = asked.get(work) ?? new Map<string, TimeUs>()
  asked.set(work, looks)
  const key = `${name.desk} ${name.group}`
  const known = looks.get(key)
  if (known !== undefined && known <= look) return
  looks.set(key, look)
  await lookAtGroup(work, name, { look, now })
}
