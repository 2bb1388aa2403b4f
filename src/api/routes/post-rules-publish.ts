import { actorName } from '../../domain/identity.ts'
import { writeAudit } from '../../identity/audit.ts'
import { activating } from '../activating.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { rulePublishView, rulePublishViewOf } from '../rule-view.ts'
import { publishBody } from '../rules-work.ts'
import { expectSecondPerson, propose, publishing } from '../second-person.ts'
import { publishRules } from '../../workshop/publish-rules.ts'

/** Brings rules into force after their tests held; tried with `dryRun`, it proposes them. */
export function postRulesPublish(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock' | 'activate'>,
): void {
  api.route({
    method: 'POST',
    url: '/rules/publish',
    config: { permission: publishing },
    schema: {
      tags: ['rules'],
      summary: 'Bring rules into force, as a new version of the configuration',
      description:
        'Nothing is written when a test does not hold or the rules are wrong; the answer says what. With `dryRun` it says what would change. A rule of priority 1 or 2 wants a backtest or the reason why there is none, and is published by somebody else than who tried it with `dryRun`, unless nobody else may.',
      body: publishBody,
      response: answers(rulePublishView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const { files, ...body } = request.body
      const author = actorName(user)
      const published = await publishRules(activating(parts), files, {
        organisation,
        author,
        ...body,
        agreed: (urgent) => expectSecondPerson(parts, user, urgent),
      })
      const { version } = published
      if (body.dryRun) await propose(parts, user, published.urgent)
      else if (version !== null) {
        const at = parts.clock.now()
        const subject = String(version)
        const entry = { at, actor: author, action: 'rule.publish', subject }
        await parts.database.write(organisation, 'normal', (work) =>
          writeAudit(work, entry),
        )
      }
      return rulePublishViewOf(organisation, published)
    },
  })
}
