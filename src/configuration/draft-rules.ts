import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { nodesOf } from '../rules/condition.ts'
import type { ActiveRules } from '../rules/detector.ts'
import { rolesOf } from '../rules/roles.ts'
import { rule as ruleSchema, type Rule } from '../rules/rule.ts'
import { activeConfiguration } from './activate.ts'
import { readPoints } from './bindings.ts'
import { readVersion } from './configurations.ts'
import type { JsonObject } from './json.ts'

/** The rules that stand or fall with these texts, on the assets and devices of one version. */
export interface DraftedRules {
  /** Id of the rule: that of the one it takes the place of, else its slug. */
  readonly ruleId: string
  /** For each text, in their order. */
  readonly rules: readonly ActiveRules[]
}

/**
 * What each of these texts of one rule would have watched under a version of the configuration, as
 * if it had stood there. Pure but for reading that version; throws when a text is no rule.
 */
export async function draftRules(
  database: Database,
  organisation: OrganisationId,
  asked: {
    readonly version: number
    readonly slug: string
    readonly documents: readonly JsonObject[]
  },
): Promise<DraftedRules> {
  const { version, slug, documents } = asked
  const query = database.read(organisation)
  const objects = await readVersion(query, version)
  const points = await readPoints(query)
  const known = objects.find((one) => one.kind === 'rule' && one.slug === slug)
  const ruleId = known?.id ?? slug
  const others = objects.filter(({ kind }) => kind !== 'rule')
  function activeWith(document: JsonObject): ActiveRules {
    const drafted = { kind: 'rule', id: ruleId, slug, document, since: version } as const
    const own = [...others, drafted]
    return activeConfiguration({ organisation, version, objects: own, points }).rules
  }
  const [first] = documents
  if (first === undefined) return { ruleId, rules: [] }
  const model = activeWith(first)
  const scope = scopeOf(first)
  const rules = documents.map((document, n) => {
    if (n === 0) return model
    if (scopeOf(document) !== scope) return activeWith(document)
    const rule = ruleSchema.parse(document)
    return withRule(model, rule)
  })
  return { ruleId, rules }
}

/** The same assets with another text. */
function withRule(model: ActiveRules, rule: Rule): ActiveRules {
  const targets = model.targets.map((target) => Object.assign({}, target, { rule }))
  return Object.assign({}, model, { targets })
}

/** What decides which assets a rule watches and with which points; equal texts mean the same. */
function scopeOf(document: JsonObject): string {
  const { assets, condition, clearWhen } = ruleSchema.parse(document)
  const nodes = [
    ...nodesOf(condition),
    ...(clearWhen === undefined ? [] : nodesOf(clearWhen)),
  ]
  const groups = nodes.flatMap((node) =>
    node.kind === 'group' ? [[node.edge, node.members]] : [],
  )
  return JSON.stringify([assets, rolesOf(condition), groups])
}
