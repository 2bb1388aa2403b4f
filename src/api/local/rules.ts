import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import type {
  RuleCheckView,
  RuleListView,
  RulePublishView,
  RuleTestView,
} from '../rule-view.ts'
import {
  checkRulesWork,
  listRulesWork,
  publishBody,
  publishRulesWork,
  ruleFilesBody,
  testRulesWork,
  whyNotQuery,
  whyNotWork,
} from '../rules-work.ts'
import type { WhyNotView } from '../why-not-view.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

const whose = { organisation: organisationId.optional() }
const listBody = z.strictObject(whose)
const filesBody = ruleFilesBody.extend(whose)
const explainBody = whyNotQuery.extend({ ...whose, rule: z.string().min(1).max(120) })
const publishInput = publishBody.extend(whose)

/** The rules in force. */
export async function rulesList(parts: LocalParts, input: unknown): Promise<RuleListView> {
  const { organisation } = listBody.parse(input)
  return listRulesWork(parts, await organisationOf(parts, organisation))
}

/** Rules against everything that is in force. */
export async function rulesCheck(
  parts: LocalParts,
  input: unknown,
): Promise<RuleCheckView> {
  const { organisation, files } = filesBody.parse(input)
  return checkRulesWork(parts, await organisationOf(parts, organisation), files)
}

/** Tests of rules, which may name rules that are in force. */
export async function rulesTest(parts: LocalParts, input: unknown): Promise<RuleTestView> {
  const { organisation, files } = filesBody.parse(input)
  return testRulesWork(parts, await organisationOf(parts, organisation), files)
}

/** Why a rule says of an asset at a time what it says. */
export async function rulesExplain(parts: LocalParts, input: unknown): Promise<WhyNotView> {
  const { organisation, ...question } = explainBody.parse(input)
  return whyNotWork(parts, await organisationOf(parts, organisation), question)
}

/** Rules into force. */
export async function rulesPublish(
  parts: LocalParts,
  input: unknown,
): Promise<RulePublishView> {
  const { organisation, ...body } = publishInput.parse(input)
  const own = await organisationOf(parts, organisation)
  return publishRulesWork(parts, { organisation: own, author: 'local' }, body)
}
