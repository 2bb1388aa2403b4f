import fastifyMultipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../domain/problem.ts'

/** Bytes of one file, of all files of a request, and of all fields of a form. */
const FILE_BYTES = 10 * 1_024 * 1_024
const REQUEST_BYTES = 25 * 1_024 * 1_024
const FIELD_BYTES = 16 * 1_024
const FIELDS = 40
const FILES = 5
/** Requests whose files are held in memory at the same time: 200 MB at most. */
const AT_ONCE = 8

/** What a multipart request held. File names are not kept: they are of no use and say too much. */
export interface MultipartForm {
  /** Of a name that comes several times the last; names as `__proto__` are refused by the parser. */
  readonly fields: Readonly<Record<string, string>>
  /** Files that hold something, in their order: a form without a chosen file sends an empty one. */
  readonly files: readonly Uint8Array[]
}

/** Lets the routes of this scope read multipart bodies; others keep refusing them. */
export async function registerMultipart(app: FastifyInstance): Promise<void> {
  await app.register(fastifyMultipart, {
    limits: {
      fileSize: FILE_BYTES,
      files: FILES,
      fields: FIELDS,
      fieldSize: FIELD_BYTES,
      fieldNameSize: 100,
      parts: FILES + FIELDS,
      headerPairs: 20,
    },
  })
}

/** Reads multipart bodies, a few at a time. */
export interface MultipartReader {
  /** Throws Problem invalid, too_large (5 files, 10 MB each, 25 MB in all) or unavailable. */
  read(request: FastifyRequest): Promise<MultipartForm>
}

/** One for the whole process: the bound is on its memory. */
export function createMultipartReader(): MultipartReader {
  let underWay = 0
  return {
    async read(request) {
      if (!request.isMultipart()) throw notMultipart()
      if (underWay >= AT_ONCE) throw busy()
      underWay += 1
      try {
        return await readForm(request)
      } catch (error) {
        throw refusalOf(error) ?? error
      } finally {
        underWay -= 1
      }
    },
  }
}

async function readForm(request: FastifyRequest): Promise<MultipartForm> {
  const fields = new Map<string, string>()
  const files: Uint8Array[] = []
  let left = REQUEST_BYTES
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const bytes = await part.toBuffer()
      left -= bytes.length
      if (left < 0) throw tooLarge('All photos together have more than 25 MB')
      if (bytes.length > 0) files.push(bytes)
    } else {
      if (part.valueTruncated || part.fieldnameTruncated) {
        throw tooLarge(`A field has more than ${FIELD_BYTES / 1_024} KB`)
      }
      if (typeof part.value === 'string') fields.set(part.fieldname, part.value)
    }
  }
  return { fields: Object.fromEntries(fields), files }
}

/** What the parser refuses, by its code. */
const words: Readonly<Record<string, string>> = {
  FST_REQ_FILE_TOO_LARGE: 'A file has more than 10 MB',
  FST_FILES_LIMIT: `More than ${FILES} files were sent`,
  FST_FIELDS_LIMIT: `More than ${FIELDS} fields were sent`,
  FST_PARTS_LIMIT: `More than ${FILES + FIELDS} parts were sent`,
}
const damaged = new Set([
  'FST_PROTO_VIOLATION',
  'FST_INVALID_MULTIPART_CONTENT_TYPE',
  'FST_INVALID_JSON_FIELD_ERROR',
  'FST_MP_PREMATURE_CLOSE',
])

function refusalOf(error: unknown): Problem | undefined {
  if (error instanceof Problem || !(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const why = words[code]
  if (why !== undefined) return tooLarge(why)
  // The parser throws plain errors at headers and boundaries that make no sense.
  return damaged.has(code) || code === '' ? notMultipart() : undefined
}

function tooLarge(why: string): Problem {
  return new Problem({
    kind: 'too_large',
    what: 'Too much was sent at once',
    where: 'body',
    why,
    next: 'Send fewer or smaller photos',
  })
}

function notMultipart(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The photos cannot be read',
    where: 'body',
    why: 'The body is not multipart/form-data, or it is cut off',
    next: 'Send each photo as a file of a form',
  })
}

function busy(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'Photos cannot be taken in now',
    why: 'Many are being received at the same time',
    next: 'Try again in a few seconds, or send the report without photos',
    facts: { retryAfterSeconds: 5 },
  })
}
