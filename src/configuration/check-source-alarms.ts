import { alarmCode, type PointAlarm } from '../devices/alarm.ts'
import type { Finding } from './finding.ts'
import type { TypedObjects } from './objects.ts'

interface Told {
  readonly slug: string
  readonly key: string
  readonly alarm: PointAlarm
}

/**
 * Types in use that say different things of one code. The code is one alarm for people, so one of the
 * texts counts for all: the most urgent.
 */
export function checkSourceAlarms({ device, deviceType }: TypedObjects): Finding[] {
  const used = new Set([...device.values()].map(({ type }) => type))
  const first = new Map<string, Told>()
  const findings: Finding[] = []
  for (const slug of [...used].toSorted()) {
    for (const [key, point] of Object.entries(deviceType.get(slug)?.points ?? {})) {
      const { alarm } = point
      if (alarm === undefined) continue
      const code = alarmCode(slug, key, point)
      const other = first.get(code)
      if (other === undefined) first.set(code, { slug, key, alarm })
      else findings.push(...differing(code, other, { slug, key, alarm }))
    }
  }
  return findings
}

/** What people are told and what becomes of it; `when` is how this device says it. */
const compared = [
  'priority',
  'faultClass',
  'name',
  'confirm',
  'acknowledge',
  'requireConfirm',
  'latching',
  'onDelay',
  'offDelay',
  'quietClear',
  'reopenWithin',
  'causedBy',
  'impliedBy',
  'hold',
  'gather',
] as const satisfies readonly (keyof PointAlarm)[]

function shown({ alarm }: Told, field: (typeof compared)[number]): string {
  const value = alarm[field]
  if (field === 'name') return JSON.stringify(alarm.name.en)
  return value === undefined ? 'unsaid' : JSON.stringify(value)
}

function differing(code: string, one: Told, other: Told): Finding[] {
  const field = compared.find(
    (name) => JSON.stringify(one.alarm[name]) !== JSON.stringify(other.alarm[name]),
  )
  if (field === undefined) return []
  return [
    {
      severity: 'warning',
      kind: 'deviceType',
      slug: other.slug,
      // Where bits are points of their own, the file has no such key; the type is named all the same.
      path: ['points', other.key, 'alarm', field],
      part: 'value',
      what: `${code} has ${field} ${shown(other, field)} here and ${shown(one, field)} in ${one.slug}`,
      why: 'they are one alarm to people, and the more urgent text counts for both',
      next: 'say the same in both types, or give one of them a code of its own',
    },
  ]
}
