import type { AlarmView } from '../../alarms/views.ts'
import type { Format } from '../format/format.ts'
import type { Messages } from '../messages/messages.ts'
import { valueText } from '../parts/value-text.ts'

export type Because = AlarmView['because'][number]

export interface Words {
  readonly format: Format
  readonly messages: Messages
}

/** Why an alarm was raised, on one line: `61,2 ≥ 20`. */
export function becauseText(because: readonly Because[], words: Words): string {
  return because.map((one) => reasonText(one, words)).join(', ')
}

/** The same of an alarm, which may have been made of others: `gathered from 16 assets`. */
export function becauseOf(
  { because, gathered }: Pick<AlarmView, 'because' | 'gathered'>,
  words: Words,
): string {
  if (gathered === null) return becauseText(because, words)
  return words.messages.why.gathered(gathered)
}

function reasonText({ role, value, limit, quality }: Because, words: Words): string {
  const { format, messages } = words
  // Silence is of no role: its limit is how long nothing was heard, in seconds.
  if (role === '')
    return limit === null ? '' : messages.alarms.silentFor(format.span(limit * 1_000))
  const said = valueText(value, '', words)
  const compared =
    typeof value === 'number' && limit !== null ? compare(value, limit) : undefined
  const text =
    compared === undefined || limit === null
      ? said
      : `${said} ${compared} ${format.number(limit)}`
  return quality === 'good' ? text : `${text} (${qualityText(quality, messages)})`
}

/** The limit of a raise was reached, so the value itself says from which side. */
function compare(value: number, limit: number): string {
  if (value === limit) return '='
  return value > limit ? '≥' : '≤'
}

export function qualityText(quality: string, messages: Messages): string {
  const names: Readonly<Record<string, string>> = messages.assets.qualities
  return names[quality] ?? quality
}
