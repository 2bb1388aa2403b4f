import type { AssetDetailView } from '../../api/views.ts'

type Point = NonNullable<AssetDetailView['points']>[number]
export type LastValue = NonNullable<Point['last']>

/** Reads a `values` event: the newest value by point. What is not as agreed is left out. */
export function parseValues(text: string): ReadonlyMap<number, LastValue> {
  const event = parseJson(text)
  const values = isRecord(event) && Array.isArray(event['values']) ? event['values'] : []
  const byPoint = new Map<number, LastValue>()
  for (const item of values) {
    const value: unknown = item
    if (isLastValue(value)) byPoint.set(value.point, value)
  }
  return byPoint
}

/** Reads what an event is about; empty when it does not say. */
export function parseSubject(text: string): string {
  const event = parseJson(text)
  const subject = isRecord(event) ? event['subject'] : undefined
  return typeof subject === 'string' ? subject : ''
}

/** Reads the number that a stream begins with. */
export function parseNumber(text: string): number | undefined {
  const event = parseJson(text)
  const number = isRecord(event) ? event['number'] : undefined
  return typeof number === 'number' ? number : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLastValue(value: unknown): value is LastValue & { readonly point: number } {
  if (!isRecord(value)) return false
  const { point, quality, code, at } = value
  return (
    typeof point === 'number' &&
    (quality === 'good' || quality === 'uncertain' || quality === 'bad') &&
    typeof code === 'string' &&
    typeof at === 'string' &&
    isValue(value['value'])
  )
}

function isValue(value: unknown): boolean {
  return value === null || ['number', 'string', 'boolean'].includes(typeof value)
}
