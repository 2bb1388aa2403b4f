import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type { StatisticsGroup } from '../../statistics/views.ts'
import type { Language } from '../../domain/language.ts'
import { namesIn } from '../cases/names.ts'
import type { Messages } from '../messages/messages.ts'
import { areaName } from '../notices/scope-words.ts'

interface Known {
  readonly messages: Messages
  readonly language: Language
  /** Undefined until it has come: then ids stand for names. */
  readonly choices: CaseChoicesView | undefined
}

/** What a group is called; its id where the configuration does not know it any more. */
export function groupName(by: StatisticsGroup, key: string, known: Known): string {
  const { messages, language, choices } = known
  const { cases, statistics } = messages
  if (key === '') return statistics.noGroup[by]
  switch (by) {
    case 'month':
      return monthName(key, language)
    case 'source':
      return cases.sources[key] ?? key
    case 'reason':
      return reasonName(cases.reasons, key)
    case 'category':
      return namesIn(choices, language).category(key)
    case 'area':
      return areaName(key, choices)
    case 'unit':
      return namesIn(choices, language).unit(key)
    case 'contractor':
      return key
  }
}

/** `2026-11` as people write it: nov. 2026. */
export function monthName(month: string, language: Language): string {
  const at = new Date(`${month}-01T00:00:00.000Z`)
  if (Number.isNaN(at.getTime())) return month
  return new Intl.DateTimeFormat(language, {
    timeZone: 'UTC',
    month: 'short',
    year: 'numeric',
  }).format(at)
}

function reasonName(reasons: Readonly<Record<string, string>>, reason: string): string {
  return reasons[reason] ?? reason
}
