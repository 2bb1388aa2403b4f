import { duration } from '../../domain/duration.ts'
import { Problem } from '../../domain/problem.ts'
import type { Value } from '../../domain/reading.ts'
import { durationUs, type DurationUs } from '../../domain/time.ts'

/** What happens to a simulated device, and when. */
export interface PlannedFault {
  /** A point of the type, or `silent` for a device that says nothing any more. */
  readonly point: string
  /** Undefined: whatever stands for trouble there. */
  readonly value: Value | undefined
  readonly after: DurationUs
}

/** `level=2.4`. Throws Problem invalid. */
export function settingOf(text: string): { readonly point: string; readonly value: Value } {
  const match = /^([^=@]+)=(.*)$/.exec(text)
  const [, point = '', value = ''] = match ?? []
  if (match !== null) return { point, value: valueOf(value) }
  throw wrong('--set', text, 'point=value, as in --set level=2.4')
}

/** `p1.fail@30s`, `level=5@2m` or `silent@1m`. Throws Problem invalid. */
export function faultOf(text: string): PlannedFault {
  const match = /^([^=@]+)(?:=([^@]*))?@(.+)$/.exec(text)
  const [, point = '', value, time = ''] = match ?? []
  const after = duration.safeParse(time)
  if (match === null || !after.success) {
    throw wrong(
      '--fault',
      text,
      'point@time, point=value@time or silent@time, as in p1.fail@30s',
    )
  }
  return {
    point,
    value: value === undefined ? undefined : valueOf(value),
    after: after.data,
  }
}

/** `1/s`, `6/m`, or the time between two: `10s`. At most 100 a second. Throws Problem invalid. */
export function periodOf(text: string): DurationUs {
  const match = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text)
  const per = { s: 1e6, m: 60e6, h: 3_600e6 }[match?.[2] ?? ''] ?? 0
  const plain = duration.safeParse(text)
  const us = match === null ? (plain.data ?? 0) : Math.round(per / Number(match[1]))
  if (Number.isFinite(us) && us >= 10_000) return durationUs(us)
  throw wrong(
    '--rate',
    text,
    'messages in a time, as 1/s or 6/m, at most 100/s; or 10s between two',
  )
}

/** `unit=1`. Throws Problem invalid. */
export function addressOf(texts: readonly string[]): Record<string, string | number> {
  const parts = texts.map((text): [string, string | number] => {
    const match = /^([A-Za-z][A-Za-z0-9]*)=(.+)$/.exec(text)
    if (match === null)
      throw wrong('--at', text, 'name=value, as a device in devices.yaml has it: unit=1')
    const [, name = '', value = ''] = match
    return [name, /^\d{1,9}$/.test(value) ? Number(value) : value]
  })
  return Object.fromEntries(parts)
}

function valueOf(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  return /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/i.test(text) ? Number(text) : text
}

function wrong(where: string, text: string, next: string): Problem {
  const what = `${JSON.stringify(text)} cannot be understood`
  return new Problem({ kind: 'invalid', what, where, next: `write it as ${next}` })
}
