import type { Format } from '../format/format.ts'
import { unitName } from '../format/format.ts'
import type { Messages } from '../messages/messages.ts'

type Value = number | string | boolean | null

/** A value as people read it, with its unit when it has one. */
export function valueText(
  value: Value,
  unit: string,
  { format, messages }: { readonly format: Format; readonly messages: Messages },
): string {
  if (value === null) return messages.alarms.noValue
  if (typeof value === 'boolean') return value ? messages.common.yes : messages.common.no
  const text = typeof value === 'number' ? format.number(value) : value
  return unit === '' ? text : `${text} ${unitName(unit)}`
}
