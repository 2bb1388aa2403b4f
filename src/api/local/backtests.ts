import type { FastifyReply } from 'fastify'
import { organisationId } from '../../domain/ids.ts'
import type { Backtests } from '../../workshop/backtest/backtests.ts'
import { backtestRequest, sweepRequest } from '../../workshop/backtest/request.ts'
import { sendBacktest } from '../send-backtest.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

const whose = { organisation: organisationId.optional() }
const backtestBody = backtestRequest.extend(whose)
const sweepBody = sweepRequest.extend(whose)

type Parts = LocalParts & { readonly backtests?: Backtests }

/** A rule over the past, line by line. */
export async function rulesBacktest(
  parts: Parts,
  input: unknown,
  reply: FastifyReply,
): Promise<void> {
  const { organisation, ...request } = backtestBody.parse(input)
  const own = await organisationOf(parts, organisation)
  const asked = { organisation: own, request, author: 'local' }
  await sendBacktest(reply, parts.backtests, asked)
}

/** The same with several values of one parameter. */
export async function rulesSweep(
  parts: Parts,
  input: unknown,
  reply: FastifyReply,
): Promise<void> {
  const { organisation, ...request } = sweepBody.parse(input)
  const own = await organisationOf(parts, organisation)
  const asked = { organisation: own, request, author: 'local' }
  await sendBacktest(reply, parts.backtests, asked)
}
