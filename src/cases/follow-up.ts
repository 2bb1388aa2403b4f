import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { later, durationUs, HOUR, type TimeUs } from '../domain/time.ts'
import type { CaseRow } from './case-row.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { Cases, FollowUp } from './cases.ts'
import { caseById, changeCase, rootOf, touchCase } from './change.ts'
import { checkAskable } from './guards.ts'
import { randomId } from './ids.ts'
import type { OwnParts } from './parts.ts'
import { printable } from './printable.ts'
import { askToReopen, doubt } from './reopen.ts'
import { REPORT_TEXT_MAX } from './report-input.ts'
import { checkLength } from './workflow/check-move.ts'

/** Most photos that come with one follow-up. */
const PHOTOS_MAX = 5
/** Most follow-ups of one case; a person who has more to say calls. */
const FOLLOW_UPS_MAX = 1_000

interface Said {
  readonly said: FollowUp
  readonly text: string
  readonly id: string
  readonly at: TimeUs
  readonly catalogue: CaseCatalogue
}

/** Takes in what a reporter adds to a case. */
export function followUp(parts: OwnParts): Cases['followUp'] {
  return async (organisation: OrganisationId, caseId, said) => {
    const text = checkSaid(said)
    const catalogue = await parts.catalogue(organisation)
    const id = randomId(parts.random)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await rootOf(work.query, await caseById(work.query, caseId))
      const earlier = await earlierFollowUp(work, parts, row, { said, text })
      if (earlier !== undefined) return { id: earlier }
      await keep(work, parts, row, { said, text, id, at, catalogue })
      await act(work, parts, await caseById(work.query, row.id), {
        said,
        text,
        id,
        at,
        catalogue,
      })
      return { id }
    })
  }
}

function checkSaid({ text, photos = [], wish }: FollowUp): string {
  const words = printable(text)
  checkLength(words, 'text', REPORT_TEXT_MAX)
  if (photos.length > PHOTOS_MAX) {
    throw new Problem({
      kind: 'invalid',
      what: `There are ${photos.length} photos; at most ${PHOTOS_MAX} are taken at once.`,
      where: 'photos',
      next: 'Leave some out.',
    })
  }
  if (words === '' && photos.length === 0 && wish === 'none') {
    throw new Problem({
      kind: 'invalid',
      what: 'Nothing was said.',
      where: 'text',
      next: 'Write what you want to add.',
    })
  }
  return words
}

/** A key from there names a message, which is the same one even if it is read otherwise today. */
const messages: ReadonlySet<FollowUp['source']> = new Set(['email', 'open311'])

/**
 * The follow-up that came with this key before. Throws Problem reused for one of another case, or
 * with other words as long as those are known.
 */
async function earlierFollowUp(
  work: UnitOfWork,
  { personal }: Pick<OwnParts, 'personal'>,
  row: CaseRow,
  { said: { idempotencyKey, source }, text }: Pick<Said, 'said' | 'text'>,
): Promise<string | undefined> {
  if (idempotencyKey === undefined) return undefined
  const earlier = await work.query
    .selectFrom('follow_up')
    .innerJoin('case', 'case.id', 'follow_up.case')
    .select(['follow_up.id', 'case.root'])
    .where('follow_up.idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
  if (earlier === undefined) return undefined
  const before = (await personal.read(work.query, [earlier.id])).get(earlier.id)
  const same = messages.has(source) || before === undefined || before.text === text
  if (earlier.root === row.id && same) return earlier.id
  throw new Problem({
    kind: 'reused',
    what: 'Something else was sent with this key.',
    where: 'idempotencyKey',
    why: 'A key stands for one addition and what it said.',
    next: 'Send it with a key of its own.',
  })
}

async function keep(
  work: UnitOfWork,
  parts: OwnParts,
  row: CaseRow,
  { said, text, id, at }: Said,
): Promise<void> {
  await checkRoom(work, row)
  const { organisation } = work
  const report = said.report ?? null
  if (report !== null) await checkReported(work, row, report)
  await work.query
    .insertInto('follow_up')
    .values({
      organisation,
      id,
      case: row.id,
      report,
      source: said.source,
      wish: said.wish,
      received_at: at,
      idempotency_key: said.idempotencyKey ?? null,
    })
    .execute()
  const person = { name: null, email: null, phone: null, text }
  await parts.personal.keep(work, { id, case: row.id, person })
  const photos = said.photos ?? []
  if (photos.length > 0) {
    await parts.photos?.attach(work, { ids: photos, case: row.id, report: id })
  }
  await touchCase(work, row, { category: row.category, at })
  await parts.append(work, row.id, {
    kind: 'followed_up',
    actor: said.by.name,
    at,
    visibility: 'internal',
    data: {
      followUp: id,
      source: said.source,
      wish: said.wish,
      ...(report !== null && { report }),
      ...(photos.length > 0 && { photos: [...photos] }),
    },
  })
}

/** Throws Problem not_found for a report of no case that this one is, or that lies in it. */
async function checkReported(
  { query }: UnitOfWork,
  row: CaseRow,
  report: string,
): Promise<void> {
  const there = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select('report.id')
    .where('report.id', '=', report)
    .where('case.root', '=', row.id)
    .executeTakeFirst()
  if (there !== undefined) return
  throw new Problem({
    kind: 'not_found',
    what: 'This case has no such report.',
    where: 'report',
    next: 'Look at the case again, or leave the report out.',
  })
}

async function checkRoom(work: UnitOfWork, row: CaseRow): Promise<void> {
  const { count } = await work.query
    .selectFrom('follow_up')
    .select((select) => select.fn.countAll().as('count'))
    .where('case', '=', row.id)
    .executeTakeFirstOrThrow()
  if (Number(count) < FOLLOW_UPS_MAX) return
  throw new Problem({
    kind: 'too_many',
    what: 'This case has too many additions already.',
    next: 'Call us instead.',
  })
}

/** What it does to the case. */
async function act(
  work: UnitOfWork,
  parts: OwnParts,
  row: CaseRow,
  { said, id, at, catalogue }: Said,
): Promise<void> {
  const { by, wish } = said
  const spoke = { at, actor: by.name, said: { followUp: id } }
  if (row.state === 'waiting_reporter') {
    await answered(work, parts, row, { at, actor: by.name, id })
    return
  }
  if (wish !== 'reopen') return
  if (row.state === 'closed') {
    checkAskable({ row, at, catalogue })
    await askToReopen(work, parts, row, spoke)
  } else {
    await doubt(work, parts, row, at)
  }
}

/** Whoever was waited for has answered: the case goes back to where it was. */
async function answered(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  row: CaseRow,
  { at, actor, id }: { readonly at: TimeUs; readonly actor: string; readonly id: string },
): Promise<void> {
  const to = row.prior_state ?? 'received'
  await changeCase(work, row, {
    state: to,
    at,
    prior_state: null,
    answer_by: to === 'waiting_external' ? later(at, durationUs(14 * 24 * HOUR)) : null,
  })
  await append(work, row.id, {
    kind: 'moved',
    actor,
    at,
    visibility: 'public',
    data: { from: 'waiting_reporter', to, followUp: id },
  })
}
