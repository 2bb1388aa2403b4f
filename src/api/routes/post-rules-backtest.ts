import type { Backtests } from '../../workshop/backtest/backtests.ts'
import { backtestRequest } from '../../workshop/backtest/request.ts'
import { userOf } from '../authorise.ts'
import type { Api } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { sendBacktest } from '../send-backtest.ts'

/** A rule over stored history, as lines of JSON. Changes nothing but the list of reports. */
export function postRulesBacktest(
  api: Api,
  { backtests }: { readonly backtests?: Backtests },
): void {
  api.route({
    method: 'POST',
    url: '/rules/backtest',
    config: { permission: 'history.read' },
    schema: {
      tags: ['rules'],
      summary: 'What a rule would have said of the past',
      description:
        'Lines of JSON: `kind: partial` says how far it is, `kind: report` is what came of it, the same bytes for the same question and past, and `kind: cost` (`readings`, `seconds`, `readingsPerSecond`) is the last. `kind: problem` in their place says why it ended. One runs at a time, four wait, more are refused with 429. Hanging up ends it. Annunciations are what people would have heard of with the topology, the desks, the maintenance windows and the other alarms of each time, if nobody had acknowledged, shelved or taken anything out of service.',
      body: backtestRequest,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      const { organisation, user } = userOf(request)
      const asked = { organisation, request: request.body, author: `user:${user}` }
      await sendBacktest(reply, backtests, asked)
    },
  })
}
