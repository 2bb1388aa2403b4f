import type { ProposedPoint } from './propose-points.ts'

/** What `type.yaml` says of a type, before its points. */
export interface TypeHead {
  /** Lines before everything, without `# `. */
  readonly about: readonly string[]
  readonly type: string
  readonly description: string
  readonly protocol: string
  readonly interval: string
  /** Protocol's own section and everything else at the top: key → value. */
  readonly sections: Readonly<Record<string, unknown>>
}

/** `type.yaml` as a person would write it: one line a point, with what was seen behind it. */
export function typeText(head: TypeHead, points: readonly ProposedPoint[]): string {
  const sections = Object.entries(head.sections).flatMap(([key, value]) =>
    section(key, value),
  )
  return [
    ...head.about.map((line) => `# ${line}`),
    `type: ${head.type}`,
    `description: ${scalar(head.description)}`,
    ...(head.protocol === 'mqtt' ? [] : [`protocol: ${head.protocol}`]),
    `interval: ${head.interval}`,
    ...sections,
    'points:',
    ...points.map(({ key, definition, comment }) => {
      const note = comment === '' ? '' : ` # ${comment.replaceAll(/\s+/g, ' ')}`
      return `  ${key}: ${flow(definition)}${note}`
    }),
    '',
  ].join('\n')
}

function section(key: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${key}: ${flow(value)}`]
  }
  return [
    `${key}:`,
    ...Object.entries(value).map(([name, part]) => `  ${name}: ${flow(part)}`),
  ]
}

/** A value on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(
      ([key, part]) => `${keyText(key)}: ${flow(part)}`,
    )
    return `{ ${parts.join(', ')} }`
  }
  return typeof value === 'string' ? scalar(value) : String(value)
}

/** A key of numbers is a text all the same. */
function keyText(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !reserved.test(key) ? key : quoted(key)
}

const reserved = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i

function scalar(text: string): string {
  const plain = /^[A-Za-z$_][A-Za-z0-9_.$/ -]*$/.test(text) && text.trim() === text
  return plain && !reserved.test(text) ? text : quoted(text)
}

function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- a text with controls needs JSON's escapes
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text)
    ? JSON.stringify(text)
    : `'${text.replaceAll("'", "''")}'`
}
