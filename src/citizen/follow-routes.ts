import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cases } from '../cases/cases.ts'
import { Problem } from '../domain/problem.ts'
import { framed, pageAddress } from './layout.ts'
import { followPage, type FollowForm } from './pages/follow.ts'
import type { OwnParts } from './parts.ts'
import { config, contextIn, formOptions, newKey, notFound, send } from './requests.ts'
import { sentForm, takePhotos, type SentForm, type SentPhotos } from './uploads.ts'

/** A citizen, as the history of a case names one. */
const citizen = { role: 'reporter', name: 'citizen' } as const

const params = z.object({ token: z.string().max(100) }).catch({ token: '' })
const shown = z
  .object({
    done: z.enum(['said', 'withdrawn', 'judged', 'quiet']).catch('said').optional(),
  })
  .catch({})
const said = z
  .object({
    text: z.string().max(4_000).catch(''),
    wish: z.enum(['none', 'reopen']).catch('none'),
    key: z
      .string()
      .regex(/^[A-Za-z0-9_-]{8,64}$/)
      .optional()
      .catch(undefined),
  })
  .catch({ text: '', wish: 'none' })

const judged = z
  .object({
    satisfied: z.enum(['yes', 'no']).optional().catch(undefined),
    text: z.string().max(4_000).catch(''),
    reopen: z.literal('yes').optional().catch(undefined),
    contact: z.literal('yes').optional().catch(undefined),
  })
  .catch({ text: '' })

/**
 * The page of a follow link and its forms. Looking at it changes nothing, however often a mail
 * scanner does; forms are posted, and answered by leading back to the page.
 */
export function followRoutes(app: FastifyInstance, parts: OwnParts): void {
  app.get('/f/:token', { config }, async (request, reply) => {
    const { done } = shown.parse(request.query)
    return await show(parts, { request, reply, outcome: done ?? 'none' })
  })
  sayRoute(app, parts)
  feedbackRoutes(app, parts)
  app.post('/f/:token/withdraw', formOptions(parts), (request, reply) =>
    act(parts, { request, reply, done: 'withdrawn' }, async (follower) => {
      const { organisation, case: id } = follower
      const { version } = await parts.cases.get(organisation, id, false)
      await parts.cases.move(organisation, id, {
        to: 'closed',
        reason: 'withdrawn',
        version,
        by: citizen,
      })
      return 'done'
    }),
  )
}

/** What a form on the page has done. */
type Done = 'said' | 'withdrawn' | 'judged' | 'quiet'

function sayRoute(app: FastifyInstance, parts: OwnParts): void {
  app.post('/f/:token/say', formOptions(parts), async (request, reply) => {
    // Nobody's photos are heard out for a link that leads nowhere.
    if ((await followerOf(parts, request)) === undefined) return notFound(request, reply)
    const sent = await sentForm(request, parts.readForm)
    const { text, wish, key } = said.parse(sent.fields)
    return await act(parts, { request, reply, done: 'said', text }, async (follower) => {
      const photos = await photosOf(parts, follower, sent)
      if (photos.wrong.length > 0) return 'photos'
      await parts.cases.followUp(follower.organisation, follower.case, {
        source: 'web',
        by: citizen,
        report: follower.report,
        text,
        wish,
        ...(photos.ids.length > 0 && { photos: photos.ids }),
        ...(key !== undefined && { idempotencyKey: key }),
      })
      return 'done'
    })
  })
}

async function photosOf(
  { photos }: OwnParts,
  { organisation }: Follower,
  sent: SentForm,
): Promise<SentPhotos> {
  return photos === undefined
    ? { ids: [], wrong: [] }
    : await takePhotos(photos, organisation, sent)
}

/** How it ended, in a follower's eyes; and no more letters. */
function feedbackRoutes(app: FastifyInstance, parts: OwnParts): void {
  app.post('/f/:token/judge', formOptions(parts), (request, reply) => {
    const { satisfied, text, reopen, contact } = judged.parse(request.body)
    const about = { request, reply, done: 'judged', judgement: text } as const
    return act(parts, about, async (follower) => {
      if (satisfied === undefined) return 'unchosen'
      await parts.feedback.answer(follower, {
        satisfied: satisfied === 'yes',
        topics: [],
        text,
        mayContact: contact === 'yes',
        reopen: reopen === 'yes',
      })
      return 'done'
    })
  })
  app.post('/f/:token/quiet', formOptions(parts), (request, reply) =>
    act(parts, { request, reply, done: 'quiet' }, async (follower) => {
      await parts.feedback.unsubscribe(follower)
      return 'done'
    }),
  )
}

interface Asked {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** What was typed, to be shown again when it is not taken. */
  readonly text?: string
  readonly judgement?: string
}

type Follower = Awaited<ReturnType<Cases['follower']>>

/** Does it and leads back, or shows the page again with what was typed. */
async function act(
  parts: OwnParts,
  asked: Asked & { readonly done: Done },
  change: (follower: Follower) => Promise<'done' | 'unchosen' | 'photos'>,
): Promise<FastifyReply> {
  const { request, reply, done } = asked
  const { token } = params.parse(request.params)
  const follower = await followerOf(parts, request)
  if (follower === undefined) return notFound(request, reply)
  const outcome = await outcomeOf(done, change(follower))
  if (outcome !== 'done') {
    return await show(parts, { ...asked, reply: reply.code(422), outcome })
  }
  const context = await contextIn(parts, asked, follower.organisation)
  const lang = context?.language ?? 'sv'
  const there = { ...(context && framed(context)), lang, done }
  return reply.redirect(pageAddress(`/f/${token}`, there), 303)
}

/** Undefined where the page of the link is not shown: then nothing can be done there either. */
async function followerOf(
  { cases }: OwnParts,
  { params: given }: FastifyRequest,
): Promise<Follower | undefined> {
  const { token } = params.parse(given)
  const isShown = (await orNone(cases.follow(token))) !== undefined
  return isShown ? await cases.follower(token) : undefined
}

async function outcomeOf(
  done: Done,
  change: Promise<'done' | 'unchosen' | 'photos'>,
): Promise<'done' | FollowForm['outcome']> {
  try {
    return await change
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return done === 'withdrawn' ? 'not_alone' : 'refused'
  }
}

async function show(
  parts: OwnParts,
  { request, reply, outcome, text, judgement }: Asked & Pick<FollowForm, 'outcome'>,
): Promise<FastifyReply> {
  const { token } = params.parse(request.params)
  const view = await orNone(parts.cases.follow(token))
  if (view === undefined) return notFound(request, reply)
  const follower = await parts.cases.follower(token)
  const context = await contextIn(parts, { request, reply }, follower.organisation)
  if (context === undefined) return notFound(request, reply)
  const survey = await parts.feedback.survey(follower)
  const form = {
    token,
    key: newKey(parts),
    text: text ?? '',
    judgement: judgement ?? '',
    outcome,
    asks: survey.kind === 'open',
    letters: await parts.feedback.getsLetters(follower),
    takesPhotos: parts.photos !== undefined,
    shown: (await parts.shown?.(follower.organisation, follower.case)) ?? nothing,
  }
  return send(reply, followPage(context, view, form))
}

const nothing = { texts: [], photos: [] } as const

/** Undefined for a link that leads nowhere. */
async function orNone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Problem && error.details.kind === 'not_found') return undefined
    throw error
  }
}
