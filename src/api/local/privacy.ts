import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { toIso } from '../../domain/time.ts'
import { erasedLine, type Applied, type ErasedLine } from '../../privacy/erased-ledger.ts'
import type { CaseExport } from '../../privacy/export-case.ts'
import type { Privacy } from '../../privacy/privacy.ts'
import { id } from '../inputs.ts'
import type {
  ErasedCount,
  FoundPeople,
  HoldList,
  HoldView,
  ReleasedCase,
  RetentionCounts,
} from '../privacy-views.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

type Parts = Pick<LocalParts, 'configurations'> & { readonly privacy: Privacy }

const actor = 'local'
const whose = z.strictObject({ organisation: organisationId.optional() })
const ofCase = whose.extend({ case: id })

/** What retention would erase now. */
export async function privacyPreview(
  parts: Parts,
  input: unknown,
): Promise<RetentionCounts> {
  const { organisation } = whose.parse(input)
  const own = await organisationOf(parts, organisation)
  return { counts: [...(await parts.privacy.previewRetention(own))] }
}

/** Erases what its time has come for, now instead of tonight. */
export async function privacyRun(parts: Parts, input: unknown): Promise<RetentionCounts> {
  const { organisation } = whose.parse(input)
  const own = await organisationOf(parts, organisation)
  return { counts: [...(await parts.privacy.runRetention(own, actor))] }
}

/** Keeps a case from being erased. */
export async function privacyHold(parts: Parts, input: unknown): Promise<HoldView> {
  const body = ofCase.extend({ reference: z.string().trim().min(1).max(120) })
  const { organisation, ...on } = body.parse(input)
  const own = await organisationOf(parts, organisation)
  const { since, ...hold } = await parts.privacy.hold(own, on, actor)
  return { ...hold, since: toIso(since) }
}

/** Ends the hold on a case. */
export async function privacyRelease(parts: Parts, input: unknown): Promise<ReleasedCase> {
  const { organisation, case: caseId } = ofCase.parse(input)
  const own = await organisationOf(parts, organisation)
  await parts.privacy.release(own, caseId, actor)
  return { released: caseId }
}

/** Holds in force. */
export async function privacyHolds(parts: Parts, input: unknown): Promise<HoldList> {
  const { organisation } = whose.parse(input)
  const own = await organisationOf(parts, organisation)
  const holds = await parts.privacy.holds(own)
  const iso = ({ since, ...hold }: (typeof holds)[number]): HoldView =>
    Object.assign(hold, { since: toIso(since) })
  return { holds: holds.map((one) => iso(one)) }
}

/** Erases a case, or one report or follow-up. */
export async function privacyErase(parts: Parts, input: unknown): Promise<ErasedCount> {
  const body = z.union([ofCase, whose.extend({ report: id })])
  const { organisation, ...what } = body.parse(input)
  const own = await organisationOf(parts, organisation)
  const chosen = 'report' in what ? { id: what.report } : what
  return { erased: await parts.privacy.erase(own, chosen, actor) }
}

/** Everything about a case. */
export async function privacyExport(parts: Parts, input: unknown): Promise<CaseExport> {
  const { organisation, ...how } = ofCase.extend({ masked: z.boolean() }).parse(input)
  const own = await organisationOf(parts, organisation)
  return await parts.privacy.exportCase(own, how, actor)
}

/** Where somebody's address or number occurs. */
export async function privacyFind(parts: Parts, input: unknown): Promise<FoundPeople> {
  const text = z.string().trim().min(1).max(320)
  const body = z.union([whose.extend({ email: text }), whose.extend({ phone: text })])
  const { organisation, ...contact } = body.parse(input)
  const own = await organisationOf(parts, organisation)
  return { found: [...(await parts.privacy.find(own, contact, actor))] }
}

/** Lines in one answer: a bound for memory, far above what a town erases in years. */
const linesAtMost = 1_000_000

/** What was erased so far, of every organisation. */
export async function privacyLedger(
  parts: Parts,
): Promise<{ readonly lines: readonly ErasedLine[] }> {
  const lines: ErasedLine[] = []
  for (const organisation of await parts.configurations.organisations()) {
    for await (const page of parts.privacy.erased(organisation)) {
      if (lines.length < linesAtMost) lines.push(...page)
    }
  }
  return { lines }
}

/** Erases once more what a restore brought back. */
export async function privacyApply(parts: Parts, input: unknown): Promise<Applied> {
  const body = z.strictObject({ lines: z.array(erasedLine).max(linesAtMost) })
  const { lines } = body.parse(input)
  // The file may come from an installation with organisations that this one lacks.
  const known = new Set(await parts.configurations.organisations())
  return await parts.privacy.eraseAgain(
    lines.filter(({ organisation }) => known.has(organisation)),
    actor,
  )
}
