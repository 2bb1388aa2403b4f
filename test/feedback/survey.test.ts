import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFeedback, type Feedback } from '../../src/feedback/create-feedback.ts'
import type { SurveyAnswer } from '../../src/feedback/survey.ts'
import type { ClosingReason } from '../../src/cases/views.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { aReport, countedRandom, openTown, type Town } from '../cases/town.ts'
import { north } from '../support/database.ts'

let town: Town
let feedback: Feedback
beforeEach(async () => {
  town = await openTown()
  const { database, clock, personal, cases } = town
  const random = countedRandom()
  const { append } = cases
  feedback = createFeedback({ database, clock, random, personal, append, cases })
})
afterEach(() => town[Symbol.asyncDispose]())

const days = (count: number) => durationUs(count * 24 * HOUR)
const staff = { role: 'customer_service', name: 'user:anna' } as const
const unhappy: SurveyAnswer = {
  satisfied: false,
  topics: ['not_mended'],
  text: 'Lampan är fortfarande släckt, ring 0523-12 34 56',
  mayContact: true,
  reopen: true,
}

/** A report and its case, closed. */
async function closedCase(reason: ClosingReason = 'fixed', text = 'Ny lampa') {
  const { case: id } = await town.cases.report(north, aReport())
  const { version } = await town.cases.get(north, id, false)
  await town.cases.move(north, id, { to: 'closed', version, by: staff, reason, text })
  return { id, follower: { organisation: north, report: await reportOf(id) } }
}

async function reportOf(id: string): Promise<string> {
  const query = town.database.read(north)
  const row = query.selectFrom('subscriber').select('report').where('case', '=', id)
  return (await row.executeTakeFirstOrThrow()).report
}

it('asks once a case is closed, for fourteen days', async () => {
  const open = await town.cases.report(north, aReport({ asset: 'lamp-2' }))
  const report = await reportOf(open.case)
  expect(await feedback.survey({ organisation: north, report })).toEqual({
    kind: 'not_asked',
  })
  const { follower } = await closedCase()
  expect(await feedback.survey(follower)).toMatchObject({ kind: 'open' })
  town.clock.advance(days(14))
  expect(await feedback.survey(follower)).toEqual({ kind: 'over' })
  await expect(feedback.answer(follower, unhappy)).rejects.toThrow('Nothing is asked')
})

it.each(['expired', 'withdrawn'] as const)(
  'asks nobody about what is %s',
  async (reason) => {
    const { follower } = await closedCase(reason)
    expect(await feedback.survey(follower)).toEqual({ kind: 'not_asked' })
  },
)

it.each(['fixed', 'self_recovered', 'no_fault_found', 'accepted_no_action'] as const)(
  'asks how %s was',
  async (reason) => {
    const { follower } = await closedCase(reason)
    expect(await feedback.survey(follower)).toMatchObject({ kind: 'open' })
  },
)

it('asks nobody about a duplicate, but all of them about the case it became part of', async () => {
  const { case: id } = await town.cases.report(north, aReport())
  const other = await town.cases.report(north, aReport({ asset: 'lamp-2' }))
  const follower = { organisation: north, report: await reportOf(id) }
  const by = staff
  await town.cases.merge(north, id, { version: 1, by, into: other.case })
  expect(await feedback.survey(follower)).toEqual({ kind: 'not_asked' })
  await town.cases.move(north, other.case, {
    to: 'closed',
    version: 1,
    by,
    reason: 'fixed',
  })
  expect(await feedback.survey(follower)).toMatchObject({ kind: 'open' })
})

it('asks nobody about what was hidden', async () => {
  const { case: id } = await town.cases.report(north, aReport())
  const by = { role: 'administrator', name: 'user:admin' } as const
  await town.cases.move(north, id, { to: 'hidden', version: 1, by, text: 'Skräp' })
  const follower = { organisation: north, report: await reportOf(id) }
  expect(await feedback.survey(follower)).toEqual({ kind: 'not_asked' })
})

it.each([
  [['not_mended'], false, 'reopen_requested'],
  [['took_too_long'], false, 'closed'],
  [[], true, 'reopen_requested'],
] as const)('takes %j with the wish %s for: %s', async (topics, reopen, becomes) => {
  const { id, follower } = await closedCase()
  await feedback.answer(follower, { ...unhappy, topics: [...topics], reopen })
  expect((await town.cases.get(north, id, false)).state).toBe(becomes)
})

it('opens nothing again for somebody who is satisfied', async () => {
  const { id, follower } = await closedCase()
  await feedback.answer(follower, { ...unhappy, satisfied: true })
  expect((await town.cases.get(north, id, false)).state).toBe('closed')
})

it('takes one answer, and the history keeps no word of it', async () => {
  const { id, follower } = await closedCase()
  const satisfied = { ...unhappy, satisfied: true, reopen: false }
  await feedback.answer(follower, satisfied)
  expect(await feedback.survey(follower)).toEqual({ kind: 'answered' })
  await expect(feedback.answer(follower, satisfied)).rejects.toThrow('answered already')
  const { events, state } = await town.cases.get(north, id, false)
  expect(events.at(-1)).toMatchObject({
    kind: 'judged',
    visibility: 'internal',
    data: { satisfied: true },
  })
  expect(JSON.stringify(events)).not.toContain('0523')
  expect(state).toBe('closed')
  const answers = town.database.read(north).selectFrom('survey_answer').selectAll()
  const [row] = await answers.execute()
  expect(JSON.stringify(row)).not.toContain('fortfarande')
  const words = await town.personal.read(town.database.read(north), [row?.id ?? ''])
  expect(words.get(row?.id ?? '')?.text).toBe(satisfied.text)
})

it('makes a request of "not mended", once, however often it is sent', async () => {
  const { id, follower } = await closedCase()
  await feedback.answer(follower, unhappy)
  await feedback.answer(follower, unhappy)
  const { state, events } = await town.cases.get(north, id, false)
  expect(state).toBe('reopen_requested')
  expect(events.filter(({ kind }) => kind === 'followed_up')).toHaveLength(1)
  expect(events.filter(({ kind }) => kind === 'judged')).toHaveLength(1)
})

it('sends no more letters to who said no', async () => {
  const { case: id } = await town.cases.report(north, aReport())
  const waiting = async () => {
    const rows = town.database.read(north).selectFrom('outbox').select('id')
    return (await rows.execute()).length
  }
  const follower = { organisation: north, report: await reportOf(id) }
  await feedback.unsubscribe(follower)
  await feedback.unsubscribe(follower)
  const before = await waiting()
  const { version } = await town.cases.get(north, id, false)
  const by = staff
  await town.cases.move(north, id, { to: 'closed', version, by, reason: 'fixed' })
  expect(await waiting()).toBe(before)
  expect(await feedback.survey(follower)).toMatchObject({ kind: 'open' })
})

it('knows nobody by another link', async () => {
  const nobody = { organisation: north, report: 'nobody' }
  await expect(feedback.survey(nobody)).rejects.toThrow('No report')
})
