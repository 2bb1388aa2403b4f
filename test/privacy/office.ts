import type { OrganisationId } from '../../src/domain/ids.ts'
import { sealer } from '../../src/privacy/create-personal-data.ts'
import { createPrivacy } from '../../src/privacy/create-privacy.ts'
import type { Privacy } from '../../src/privacy/privacy.ts'
import type { RetentionRule } from '../../src/privacy/retention-rule.ts'
import { systemRandom } from '../../src/random.ts'
import { secret, type Register } from './fixtures.ts'

/** Privacy over a register, with what it caused elsewhere written down. */
export interface Office {
  readonly privacy: Privacy
  readonly audited: string[]
  readonly erased: string[]
  readonly forgotten: string[]
}

export function openOffice(
  { database, personal, clock }: Register,
  rules: readonly RetentionRule[] = [],
): Office {
  const audited: string[] = []
  const erased: string[] = []
  const forgotten: string[] = []
  const privacy = createPrivacy({
    database,
    clock,
    random: systemRandom,
    personal,
    sealer: sealer({ secret, random: systemRandom, clock }),
    rules: (_organisation: OrganisationId) => Promise.resolve(rules),
    effects: {
      erased: (_work, what) => {
        erased.push(what.report === undefined ? what.case : `${what.case} ${what.report}`)
        return Promise.resolve()
      },
      forgetPhotos: (_work, what) => {
        forgotten.push('case' in what ? what.case : what.report)
        return Promise.resolve()
      },
      audit: (_work, { action, subject }) => {
        audited.push(`${action} ${subject}`)
        return Promise.resolve()
      },
    },
    photosOf: (_query, cases) =>
      Promise.resolve(cases.map((id) => ({ id: `photo-of-${id}`, case: id }))),
  })
  return { privacy, audited, erased, forgotten }
}

/** A rule for everything, unless told otherwise. */
export function rule(rest: Partial<RetentionRule> = {}): RetentionRule {
  return {
    name: 'all',
    order: 100,
    when: {},
    contactsMonths: 12,
    caseYears: 5,
    decision: 'KS 2026/1 § 1',
    ...rest,
  }
}
