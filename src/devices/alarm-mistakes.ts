import { alarmCode, type PointAlarm } from './alarm.ts'
import type { PointDefinition } from './point.ts'

/** As in check-type.ts. */
interface Mistake {
  readonly path: readonly (string | number)[]
  readonly message: string
}

interface Named {
  readonly path: Mistake['path']
  readonly code: string
}

/** What is wrong with the alarms that a type's points raise, although each is well formed. */
export function alarmMistakes(
  type: string,
  points: Readonly<Record<string, PointDefinition>>,
): Mistake[] {
  const all = Object.entries(points)
  return [
    ...all.flatMap(([key, point]) => pointMistake(key, point)),
    ...sameCodes(all.flatMap(([key, point]) => codesOf(type, key, point))),
  ]
}

function pointMistake(key: string, point: PointDefinition): Mistake[] {
  const { alarm, bits } = point
  const mistakes = Object.entries(bits ?? {}).flatMap(([bit, one]) =>
    typeof one === 'string' || one.alarm?.when === undefined
      ? []
      : [{ path: ['points', key, 'bits', bit, 'alarm', 'when'], message: bitIsTrue }],
  )
  if (alarm === undefined) return mistakes
  const path = ['points', key, 'alarm']
  const message = misfit(point, alarm)
  if (message === undefined) return mistakes
  return [
    ...mistakes,
    { path: message.at === 'when' ? [...path, 'when'] : path, ...message },
  ]
}

const bitIsTrue = 'nothing: a bit is an alarm while it is true'

function misfit(
  { kind, bit, bits, enum: names, valueType }: PointDefinition,
  { when }: PointAlarm,
): { readonly at: 'alarm' | 'when'; readonly message: string } | undefined {
  if (bits !== undefined) {
    return { at: 'alarm', message: 'an alarm at each bit, inside bits' }
  }
  if (bit !== undefined) {
    return when === undefined ? undefined : { at: 'when', message: bitIsTrue }
  }
  if (kind !== 'state') {
    return {
      at: 'alarm',
      message: `a state, and this point is a ${kind}: say kind: state, or write a rule with a limit`,
    }
  }
  if (names !== undefined) return unlisted(Object.values(names), when)
  if (valueType === 'number' || valueType === 'string') {
    if (when !== undefined) return undefined
    const message = `when: the values that are the alarm, because it is a ${valueType}`
    return { at: 'alarm', message }
  }
  if (valueType === 'boolean' && when !== undefined) {
    return { at: 'when', message: 'nothing: true is the alarm' }
  }
  return undefined
}

function unlisted(
  names: readonly string[],
  when: PointAlarm['when'],
): { readonly at: 'alarm' | 'when'; readonly message: string } | undefined {
  const known = names.join(', ')
  if (when === undefined) {
    const message = `when: which of its names are the alarm (${known})`
    return { at: 'alarm', message }
  }
  if (when.every((one) => names.includes(String(one)))) return undefined
  return { at: 'when', message: `names of its enum (${known})` }
}

/** Alarms by their code, where the file says them. */
function codesOf(type: string, key: string, point: PointDefinition): Named[] {
  const own = Object.entries(point.bits ?? {}).flatMap(([bit, one]): Named[] =>
    typeof one === 'string' || one.alarm === undefined
      ? []
      : [
          {
            path: ['points', key, 'bits', bit, 'alarm'],
            code: alarmCode(type, one.point, one),
          },
        ],
  )
  if (point.alarm === undefined) return own
  return [...own, { path: ['points', key, 'alarm'], code: alarmCode(type, key, point) }]
}

/** Two of them on one asset would be one alarm, and nobody could tell which of the two it is. */
function sameCodes(all: readonly Named[]): Mistake[] {
  const seen = new Set<string>()
  return all.flatMap(({ path, code }): Mistake[] => {
    const again = seen.has(code)
    seen.add(code)
    if (!again) return []
    return [{ path, message: `a code of its own, because another point's is ${code} too` }]
  })
}
