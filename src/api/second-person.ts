import { z } from 'zod'
import { readStoredSet } from '../configuration/stored.ts'
import { actorName, role, type Subject } from '../domain/identity.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, earlier, HOUR } from '../domain/time.ts'
import { writeAudit } from '../identity/audit.ts'
import { can, type Permission } from '../identity/permissions.ts'
import type { UrgentChange } from '../workshop/publish-rules.ts'
import type { ApiParts } from './parts.ts'

type Parts = Pick<ApiParts, 'database' | 'clock'>
type User = Extract<Subject, { kind: 'user' }>

/** What somebody must be allowed who brings rules into force. */
export const publishing: Permission = 'rule.publish'

/** A proposal older than this is forgotten: what was true then may not be now. */
const PROPOSAL_LASTS = durationUs(30 * 24 * HOUR)

const action = 'rule.propose'

/** Notes that somebody proposes these texts of rules, for somebody else to publish. */
export async function propose(
  { database, clock }: Parts,
  user: User,
  urgent: readonly UrgentChange[],
): Promise<void> {
  if (urgent.length === 0) return
  const at = clock.now()
  const actor = actorName(user)
  await database.write(user.organisation, 'normal', async (work) => {
    for (const change of urgent)
      await writeAudit(work, { at, actor, action, subject: subjectOf(change) })
  })
}

/**
 * Rejects with Problem forbidden unless somebody else has proposed every one of these texts in the
 * last 30 days. An organisation in which nobody else may publish has nobody to ask: there, the
 * backtest and the audit log must do.
 */
export async function expectSecondPerson(
  { database, clock }: Parts,
  user: User,
  urgent: readonly UrgentChange[],
): Promise<void> {
  const { organisation } = user
  const rows = await database
    .read(organisation)
    .selectFrom('audit')
    .select('subject')
    .where('action', '=', action)
    .where('actor', '!=', actorName(user))
    .where('at', '>=', earlier(clock.now(), PROPOSAL_LASTS))
    .where('subject', 'in', urgent.map(subjectOf))
    .execute()
  const proposed = new Set(rows.map(({ subject }) => subject))
  const alone = urgent.filter((change) => !proposed.has(subjectOf(change)))
  if (alone.length === 0 || !(await hasColleague({ database }, user))) return
  throw new Problem({
    kind: 'forbidden',
    what: `${alone.map(({ slug }) => slug).join(', ')}: a rule of priority 1 or 2 is published by somebody else than who wrote it`,
    where: 'files',
    why: 'people get up at night for it, and two see more than one',
    next: 'let a colleague publish the text that you tried with dryRun, or publish what a colleague tried',
    facts: { rules: alone.map(({ slug }) => slug) },
  })
}

const rolesOf = z.object({ roles: z.array(role) })

/** May anybody else publish here? */
async function hasColleague(
  { database }: Pick<Parts, 'database'>,
  { organisation, user }: User,
): Promise<boolean> {
  const users = (await readStoredSet(database, organisation)).get('user') ?? new Map()
  return [...users].some(([slug, document]) => {
    const known = rolesOf.safeParse(document)
    if (slug === user || !known.success) return false
    const { roles } = known.data
    const subject = { kind: 'user', user: slug, name: '', organisation, roles } as const
    return can(subject, publishing, { organisation })
  })
}

function subjectOf({ slug, hash }: UrgentChange): string {
  return `${slug} ${hash}`
}
