import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cases, FollowedCase } from '../cases/cases.ts'
import { organisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { pageAddress, type PageContext } from './layout.ts'
import { followPage, type FollowForm } from './pages/follow.ts'
import type { CitizenParts } from './routes.ts'

type Frame = {
  readonly context: (
    request: FastifyRequest,
    organisation: FollowedCase['organisation'],
  ) => Promise<PageContext | undefined>
  readonly notFound: (request: FastifyRequest, reply: FastifyReply) => FastifyReply
  readonly send: (reply: FastifyReply, page: string) => FastifyReply
  readonly newKey: () => string
}

/** A citizen, as the history of a case names one. */
const citizen = { role: 'reporter', name: 'citizen' } as const

const config = { permission: 'citizen.page' } as const
/** Most bytes of a form: its text at its longest, and room to spare. */
const FORM_BYTES = 32 * 1_024

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
export function followRoutes(
  app: FastifyInstance,
  parts: CitizenParts,
  frame: Frame,
): void {
  app.get('/f/:token', { config }, async (request, reply) => {
    const { done } = shown.parse(request.query)
    return await show(parts, frame, { request, reply, outcome: done ?? 'none' })
  })
  app.post('/f/:token/say', { config, bodyLimit: FORM_BYTES }, async (request, reply) => {
    const { text, wish, key } = said.parse(request.body)
    return await act(
      parts,
      frame,
      { request, reply, done: 'said', text },
      async (follower) => {
        await parts.cases.followUp(follower.organisation, follower.case, {
          source: 'web',
          by: citizen,
          report: follower.report,
          text,
          wish,
          ...(key !== undefined && { idempotencyKey: key }),
        })
      },
    )
  })
  feedbackRoutes(app, parts, frame)
  app.post(
    '/f/:token/withdraw',
    { config, bodyLimit: FORM_BYTES },
    async (request, reply) =>
      act(
        parts,
        frame,
        { request, reply, done: 'withdrawn', text: '' },
        async (follower) => {
          const { version } = await parts.cases.get(
            follower.organisation,
            follower.case,
            false,
          )
          await parts.cases.move(follower.organisation, follower.case, {
            to: 'closed',
            reason: 'withdrawn',
            version,
            by: citizen,
          })
        },
      ),
  )
}

/** What a form on the page has done. */
type Done = 'said' | 'withdrawn' | 'judged' | 'quiet'

/** How it ended, in a follower's eyes; and no more letters. */
function feedbackRoutes(app: FastifyInstance, parts: CitizenParts, frame: Frame): void {
  app.post('/f/:token/judge', { config, bodyLimit: FORM_BYTES }, (request, reply) => {
    const { satisfied, text, reopen, contact } = judged.parse(request.body)
    return act(parts, frame, { request, reply, done: 'judged', text }, async (follower) => {
      if (satisfied === undefined) throw nothingChosen()
      await parts.feedback.answer(follower, {
        satisfied: satisfied === 'yes',
        topics: [],
        text,
        mayContact: contact === 'yes',
        reopen: reopen === 'yes',
      })
    })
  })
  app.post('/f/:token/quiet', { config, bodyLimit: FORM_BYTES }, (request, reply) =>
    act(parts, frame, { request, reply, done: 'quiet', text: '' }, (follower) =>
      parts.feedback.unsubscribe(follower),
    ),
  )
}

function nothingChosen(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'Neither yes nor no was chosen.',
    where: 'satisfied',
  })
}

interface Asked {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

type Follower = Awaited<ReturnType<Cases['follower']>>

/** Does it and leads back, or shows the page again with what was typed. */
async function act(
  parts: CitizenParts,
  frame: Frame,
  asked: Asked & { readonly done: Done; readonly text: string },
  change: (follower: Follower) => Promise<void>,
): Promise<FastifyReply> {
  const { request, reply, done, text } = asked
  const { token } = params.parse(request.params)
  const follower = await orNone(parts.cases.follower(token))
  if (follower === undefined) return frame.notFound(request, reply)
  try {
    await change(follower)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const outcome = done === 'withdrawn' ? 'not_alone' : 'refused'
    return await show(parts, frame, { request, reply: reply.code(422), outcome, text })
  }
  const context = await frame.context(request, follower.organisation)
  const lang = context?.language ?? 'sv'
  return reply.redirect(pageAddress(`/f/${token}`, { lang, done }), 303)
}

async function show(
  parts: CitizenParts,
  frame: Frame,
  {
    request,
    reply,
    outcome,
    text = '',
  }: Asked & { readonly outcome: FollowForm['outcome']; readonly text?: string },
): Promise<FastifyReply> {
  const { token } = params.parse(request.params)
  const view = await orNone(parts.cases.follow(token))
  const organisation = organisationId.safeParse(view?.organisation)
  const context = organisation.success
    ? await frame.context(request, organisation.data)
    : undefined
  if (view === undefined || context === undefined) return frame.notFound(request, reply)
  const follower = await parts.cases.follower(token)
  const survey = await parts.feedback.survey(follower)
  const form = {
    token,
    key: frame.newKey(),
    text,
    outcome,
    asks: survey.kind === 'open',
    letters: await parts.feedback.getsLetters(follower),
  }
  return frame.send(reply, followPage(context, view, form))
}

/** Undefined for a link that leads nowhere. */
async function orNone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Problem && error.details.kind === 'not_found') return undefined
    throw error
  }
}
