import type { StatisticsGroup, StatisticsReport } from '../../statistics/views.ts'
import type { Language } from '../../domain/language.ts'
import type { Messages } from '../messages/messages.ts'

interface Known {
  readonly messages: Messages
  readonly language: Language
}

/** What a group is called; its id where the configuration does not know it any more. */
export function groupName(
  by: StatisticsGroup,
  { key, name }: Pick<StatisticsReport['groups'][number], 'key' | 'name'>,
  { messages, language }: Known,
): string {
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
    case 'area':
    case 'unit':
    case 'contractor':
      return name ?? key
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
