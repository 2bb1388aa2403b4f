import type { Program } from './sandbox/program.ts'

/** The parts of a type that bring code. */
interface WithCode {
  readonly codecSource?: string | undefined
  readonly transform?: string | undefined
  readonly points: Readonly<Record<string, { readonly jsonata?: string | undefined }>>
}

/** What the sandbox must run for messages of a type; undefined: nothing. */
export function programOf({
  codecSource,
  transform,
  points,
}: WithCode): Program | undefined {
  const expressions = Object.entries(points).flatMap(([key, { jsonata }]) =>
    jsonata === undefined ? [] : [[key, jsonata] as const],
  )
  if (codecSource === undefined && transform === undefined && expressions.length === 0) {
    return undefined
  }
  return {
    ...(codecSource !== undefined && { codec: codecSource }),
    ...(transform !== undefined && { transform }),
    points: Object.fromEntries(expressions),
  }
}
