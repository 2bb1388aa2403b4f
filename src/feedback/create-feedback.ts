import type { AppendEvent } from '../cases/events.ts'
import type { Cases } from '../cases/cases.ts'
import { isJudged } from '../cases/judged.ts'
import type { Database, ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, HOUR, later, toIso, type TimeUs } from '../domain/time.ts'
import type { PersonalData } from '../privacy/personal-data.ts'
import {
  reopeningTopics,
  surveyAnswer,
  type SurveyAnswer,
  type SurveyState,
} from './survey.ts'

/** How long after closing an answer is taken. */
const ANSWERED_WITHIN = durationUs(14 * 24 * HOUR)

/** Somebody who follows a case, found by the token of the follow link. */
export interface Follower {
  readonly organisation: OrganisationId
  /** The report that the link came with. */
  readonly report: string
}

/** What those who follow a case may do about it besides reading. */
export interface Feedback {
  survey(follower: Follower): Promise<SurveyState>
  /**
   * Takes an answer, once a follower. "Not satisfied, open it again" becomes a request, never a
   * reopened case. Throws Problem conflict where nothing is asked (any more), invalid.
   */
  answer(follower: Follower, answer: SurveyAnswer): Promise<void>
  /** Do letters go to this follower? */
  getsLetters(follower: Follower): Promise<boolean>
  /** No more letters. Saying it twice is saying it once. */
  unsubscribe(follower: Follower): Promise<void>
}

export interface FeedbackParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly personal: Pick<PersonalData, 'keep'>
  readonly append: AppendEvent
  readonly cases: Pick<Cases, 'followUp'>
}

export function createFeedback(parts: FeedbackParts): Feedback {
  return {
    async survey({ organisation, report }) {
      const query = parts.database.read(organisation)
      return (await lookUp(query, report, parts.clock.now())).state
    },
    answer: (follower, given) => answer(parts, follower, given),
    async getsLetters({ organisation, report }) {
      const row = await parts.database
        .read(organisation)
        .selectFrom('subscriber')
        .select('id')
        .where('report', '=', report)
        .where('wants_updates', '=', 1)
        .where('ended_at', 'is', null)
        .executeTakeFirst()
      return row !== undefined
    },
    async unsubscribe({ organisation, report }) {
      await parts.database.write(organisation, 'normal', async ({ query }) => {
        await query
          .updateTable('subscriber')
          .set({ wants_updates: 0, ended_at: parts.clock.now() })
          .where('report', '=', report)
          .where('ended_at', 'is', null)
          .execute()
      })
    },
  }
}

interface Asked {
  /** Id of the answer that was given. */
  readonly answer: string | null
  readonly state: SurveyState
  /** The case that is judged. */
  readonly root: string
  readonly subscriber: string
}

async function lookUp(query: ScopedQueries, report: string, now: TimeUs): Promise<Asked> {
  const row = await query
    .selectFrom('subscriber')
    .innerJoin('case as own', 'own.id', 'subscriber.case')
    .innerJoin('case as root', 'root.id', 'own.root')
    .leftJoin('survey_answer', 'survey_answer.subscriber', 'subscriber.id')
    .select(['subscriber.id as subscriber', 'root.id as root', 'root.number', 'root.state'])
    .select(['root.closed_at', 'root.closing_reason', 'survey_answer.id as answer'])
    .where('subscriber.report', '=', report)
    .executeTakeFirst()
  if (row === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: 'No report belongs to this link.',
      where: 'token',
      next: 'Check that the whole link was copied.',
    })
  }
  const { root, subscriber, answer: given } = row
  return { root, subscriber, answer: given, state: stateOf(row, now) }
}

function stateOf(
  row: {
    readonly answer: string | null
    readonly state: string
    readonly number: string
    readonly closed_at: TimeUs | null
    readonly closing_reason: string | null
  },
  now: TimeUs,
): SurveyState {
  if (row.answer !== null) return { kind: 'answered' }
  const isAsked = row.state === 'closed' && isJudged(row.closing_reason)
  if (row.closed_at === null || !isAsked) return { kind: 'not_asked' }
  const until = later(row.closed_at, ANSWERED_WITHIN)
  return until <= now
    ? { kind: 'over' }
    : { kind: 'open', until: toIso(until), number: row.number }
}

async function answer(
  parts: FeedbackParts,
  { organisation, report }: Follower,
  given: SurveyAnswer,
): Promise<void> {
  const said = surveyAnswer.parse(given)
  const now = parts.clock.now()
  const id = Buffer.from(parts.random.bytes(16)).toString('hex')
  const asked = await parts.database.write(organisation, 'normal', async (work) => {
    const found = await lookUp(work.query, report, now)
    // Whoever was cut off between the answer and its wish may send both again.
    if (found.answer !== null && wantsReopening(said)) return found
    if (found.state.kind !== 'open') throw notOpen(found.state)
    await keep(work, parts, { id, asked: found, said, now })
    return { ...found, answer: id }
  })
  if (!wantsReopening(said)) return
  // After the answer, because the request changes the state in which one is asked.
  await parts.cases.followUp(organisation, asked.root, {
    source: 'web',
    by: { role: 'reporter', name: 'citizen' },
    report,
    text: said.text,
    wish: 'reopen',
    idempotencyKey: `survey-${asked.answer ?? id}`,
  })
}

function wantsReopening({ satisfied, reopen, topics }: SurveyAnswer): boolean {
  return !satisfied && (reopen || topics.some((topic) => reopeningTopics.has(topic)))
}

function notOpen(state: SurveyState): Problem {
  return new Problem({
    kind: 'conflict',
    what:
      state.kind === 'answered'
        ? 'You have answered already. Thank you.'
        : 'Nothing is asked about this case now.',
    where: 'token',
    next: 'Write on the page of your report if something is wrong.',
  })
}

async function keep(
  work: UnitOfWork,
  { personal, append }: FeedbackParts,
  {
    id,
    asked: { root, subscriber },
    said,
    now,
  }: {
    readonly id: string
    readonly asked: Asked
    readonly said: SurveyAnswer
    readonly now: TimeUs
  },
): Promise<void> {
  const { organisation } = work
  await work.query
    .insertInto('survey_answer')
    .values({
      organisation,
      id,
      subscriber,
      case: root,
      satisfied: said.satisfied ? 1 : 0,
      topics: JSON.stringify(said.topics),
      may_contact: said.mayContact ? 1 : 0,
      answered_at: now,
    })
    .execute()
  if (said.text !== '') {
    const person = { name: null, email: null, phone: null, text: said.text }
    await personal.keep(work, { id, case: root, person })
  }
  await append(work, root, {
    kind: 'judged',
    actor: 'citizen',
    at: now,
    visibility: 'internal',
    data: { satisfied: said.satisfied },
  })
}
