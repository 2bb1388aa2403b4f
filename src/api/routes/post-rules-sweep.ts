import type { Backtests } from '../../workshop/backtest/backtests.ts'
import { sweepRequest } from '../../workshop/backtest/request.ts'
import { userOf } from '../authorise.ts'
import type { Api } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { sendBacktest } from '../send-backtest.ts'

/** One parameter of a rule with several values over stored history, in one pass. */
export function postRulesSweep(
  api: Api,
  { backtests }: { readonly backtests?: Backtests },
): void {
  api.route({
    method: 'POST',
    url: '/rules/sweep',
    config: { permission: 'history.read' },
    schema: {
      tags: ['rules'],
      summary: 'Alarms and caught faults as a function of one parameter',
      description:
        'As `POST /rules/backtest`; in place of the report comes `kind: sweep` with a row for each value.',
      body: sweepRequest,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      const { organisation, user } = userOf(request)
      const asked = { organisation, request: request.body, author: `user:${user}` }
      await sendBacktest(reply, backtests, asked)
    },
  })
}
