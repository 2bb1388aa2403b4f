import { z } from 'zod'
import { checkNoIdentityNumber, warnedOf } from '../../cases/public-words.ts'
import { printable } from '../../cases/printable.ts'
import { actingPerson } from '../../cases/roles.ts'
import { wordsWarning } from '../../cases/views.ts'
import type { UnitOfWork } from '../../database/database.ts'
import { actorName, type Subject } from '../../domain/identity.ts'
import type { TimeUs } from '../../domain/time.ts'
import { writeAudit } from '../../identity/audit.ts'
import { can } from '../../identity/permissions.ts'
import { caseOfText, releaseText, withdrawText } from '../../privacy/released-texts.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { shownPhotos, shownTexts, waitingPhotos, waitingTexts } from '../reviews.ts'
import { reviewsView, type WaitingText } from '../reviews-view.ts'

type User = Extract<Subject, { kind: 'user' }>
type Parts = Pick<
  ApiParts,
  'database' | 'personal' | 'clock' | 'assignments' | 'configurations' | 'cases'
>

const config = { permission: 'text.review' } as const
/** Of photos, and of texts: each reading of a text is written to the audit log. */
const limit = z.coerce.number().int().min(1).max(100).default(50)
const released = z.object({ warnings: z.array(wordsWarning).optional() })

/** What must be looked at before the public sees it, and the words that somebody decides on. */
export function registerReviews(api: Api, parts: Parts): void {
  getReviews(api, parts)
  postTextRelease(api, parts)
  postTextWithdraw(api, parts)
}

function getReviews(api: Api, { database, personal, clock }: Parts): void {
  api.route({
    method: 'GET',
    url: '/reviews',
    config: { permission: 'photo.review' },
    schema: {
      tags: ['cases'],
      summary: 'What waits for a look before the public sees it',
      description:
        'Photos and words of cases that the public may see, until 30 days after they were closed. Words only for those who may read them; then it is written to the audit log.',
      querystring: z.strictObject({
        which: z.enum(['waiting', 'shown']).default('waiting'),
        limit,
      }),
      response: answers(reviewsView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { which, limit: most } = request.query
      const query = database.read(user.organisation)
      const asked = { limit: most, now: clock.now() }
      const photos =
        which === 'shown'
          ? await shownPhotos(query, asked)
          : await waitingPhotos(query, asked)
      if (!mayRead(user)) return { photos, texts: null }
      if (which === 'shown') {
        return { photos, texts: [...(await shownTexts(query, asked))] }
      }
      const texts = await waitingTexts(query, personal, asked)
      // Before the answer leaves: what cannot be written down is not shown.
      await writeReadings({ database, clock }, user, texts)
      return { photos, texts: [...texts] }
    },
  })
}

function postTextRelease(
  api: Api,
  { database, clock, assignments, configurations, cases }: Parts,
): void {
  api.route({
    method: 'POST',
    url: '/texts/:id/release',
    config,
    schema: {
      tags: ['cases'],
      summary: 'Show somebody’s words to the public',
      description:
        'The words as whoever looked at them left them. Refused with a personal identity number in them; what else looks like a contact is named in `warnings`.',
      params: byId,
      body: z.strictObject({ text: z.string().max(4_000) }),
      response: answers(released),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { id } = request.params
      const text = printable(request.body.text)
      checkNoIdentityNumber(text, 'text')
      const by = { id, actor: actorName(user), at: clock.now() }
      const active = await configurations.current(user.organisation)
      return await database.write(user.organisation, 'normal', async (work) => {
        const about = await caseOfText(work.query, id)
        await assignments.checkActs(work, actingPerson(user), [about])
        await releaseText(work, { ...by, text })
        await writeAudit(work, { ...by, action: 'text.release', subject: id })
        await tellWords(work, cases, { ...by, about, step: 'shown' })
        return active === undefined ? {} : warnedOf(text, active)
      })
    },
  })
}

function postTextWithdraw(api: Api, { database, clock, assignments, cases }: Parts): void {
  api.route({
    method: 'POST',
    url: '/texts/:id/withdraw',
    config,
    schema: {
      tags: ['cases'],
      summary: 'Keep somebody’s words from the public',
      params: byId,
      response: answers(released),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { id } = request.params
      const by = { id, actor: actorName(user), at: clock.now() }
      return await database.write(user.organisation, 'normal', async (work) => {
        const about = await caseOfText(work.query, id)
        await assignments.checkActs(work, actingPerson(user), [about])
        await withdrawText(work, by)
        await writeAudit(work, { ...by, action: 'text.withdraw', subject: id })
        await tellWords(work, cases, { ...by, about, step: 'hidden' })
        return {}
      })
    },
  })
}

interface WordsDecided {
  /** Of the report or follow-up. */
  readonly id: string
  readonly about: string
  readonly actor: string
  readonly at: TimeUs
  readonly step: 'shown' | 'hidden'
}

/** The case's history says who decided, and when; the words stand with the personal data. */
async function tellWords(
  work: UnitOfWork,
  { append }: Parts['cases'],
  { id, about, actor, at, step }: WordsDecided,
): Promise<void> {
  const data = { report: id, step }
  await append(work, about, { kind: 'words', actor, at, visibility: 'internal', data })
  work.tell({ kind: 'case', subject: about })
}

/** One entry for each case whose people's words leave the house. */
async function writeReadings(
  { database, clock }: Pick<Parts, 'database' | 'clock'>,
  user: User,
  texts: readonly WaitingText[],
): Promise<void> {
  const cases = [...new Set(texts.map((text) => text.case.id))]
  if (cases.length === 0) return
  const entry = { at: clock.now(), actor: actorName(user), action: 'case.person.read' }
  await database.write(user.organisation, 'normal', async (work) => {
    for (const subject of cases) await writeAudit(work, { ...entry, subject })
  })
}

function mayRead(user: User): boolean {
  return can(user, 'text.review', { organisation: user.organisation })
}
