import type { FastifyRequest } from 'fastify'
import { Problem } from '../domain/problem.ts'
import { MOST_PHOTOS } from './media.ts'
import { addValue, readParameters, type Parameters } from './parameters.ts'

/** What a POST carries. */
export interface Sent {
  readonly parameters: Parameters
  /** Files of parts, in order; at most 5. */
  readonly files: readonly Uint8Array[]
}

/** Reads a form, with or without files. What is neither is refused by the server before. */
export async function readBody(request: FastifyRequest): Promise<Sent> {
  if (request.isMultipart()) {
    return await readParts(request).catch((error: unknown) => {
      throw mistakeIn(error)
    })
  }
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  return { parameters: readParameters(textOf(body)), files: [] }
}

async function readParts(request: FastifyRequest): Promise<Sent> {
  const parameters = new Map<string, string[]>()
  const files: Uint8Array[] = []
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (typeof part.value === 'string') addValue(parameters, part.fieldname, part.value)
      continue
    }
    const bytes = await part.toBuffer()
    // The name of the part and of the file say nothing that may be believed.
    if (files.length < MOST_PHOTOS && bytes.length > 0) files.push(bytes)
  }
  return { parameters, files }
}

/** What the reader of parts refuses has a status; where it has none, the form is broken off or no form. */
function mistakeIn(error: unknown): unknown {
  const known =
    error instanceof Problem || (error instanceof Error && 'statusCode' in error)
  if (known) return error
  return new Problem(
    { kind: 'invalid', what: 'The form cannot be read', where: 'body' },
    { cause: error },
  )
}

/** A form is UTF-8, as the contract says. Throws Problem invalid for other bytes. */
function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new Problem(
      { kind: 'invalid', what: 'The body is not UTF-8', where: 'body' },
      { cause },
    )
  }
}
