import fastifyMultipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../domain/problem.ts'

/** Bytes of one file, of all files of a request, and of all fields of a form. */
const FILE_BYTES = 10 * 1_024 * 1_024
const REQUEST_BYTES = 25 * 1_024 * 1_024
const FIELD_BYTES = 16 * 1_024
/** A category may ask twenty questions, some with many boxes. */
const FIELDS = 120
const FILES = 5
/** What is heard out of a form that people fill in, whose files beyond the bounds are thrown away. */
const HEARD_FILES = 20
const HEARD_BYTES = 100 * 1_024 * 1_024
/** Requests whose files are held in memory at the same time: 200 MB at most. */
const AT_ONCE = 8

/** What a multipart request held. File names are not kept: they are of no use and say too much. */
export interface MultipartForm {
  /** Of a name that comes several times the last; names as `__proto__` are refused by the parser. */
  readonly fields: Readonly<Record<string, string>>
  /** Files that hold something, in their order: a form without a chosen file sends an empty one. */
  readonly files: readonly Uint8Array[]
}

/** A form that people filled in; files beyond the bounds are left out, so that nothing typed is lost. */
export interface KindForm extends MultipartForm {
  /** Why files were left out: too large, alone or together, or too many. Each once. */
  readonly leftOut: readonly ('size' | 'count')[]
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
  /**
   * The same for a form that people fill in: what is too large or too many is left out and told.
   * Throws Problem invalid, unavailable, or too_large for fields, 20 files or 100 MB in all.
   */
  readKindly(request: FastifyRequest): Promise<KindForm>
}

/** One for the whole process: the bound is on its memory. */
export function createMultipartReader(): MultipartReader {
  let underWay = 0
  const inTurn = async <T>(
    request: FastifyRequest,
    reading: (request: FastifyRequest) => Promise<T>,
  ): Promise<T> => {
    if (!request.isMultipart()) throw notMultipart()
    if (underWay >= AT_ONCE) throw busy()
    underWay += 1
    try {
      return await reading(request)
    } catch (error) {
      throw refusalOf(error) ?? error
    } finally {
      underWay -= 1
    }
  }
  return {
    read: (request) => inTurn(request, readForm),
    readKindly: (request) => inTurn(request, readFormKindly),
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
      keepField(fields, part)
    }
  }
  return { fields: Object.fromEntries(fields), files }
}

async function readFormKindly(request: FastifyRequest): Promise<KindForm> {
  if (Number(request.headers['content-length'] ?? 0) > HEARD_BYTES) {
    throw tooLarge('All photos together have more than 100 MB')
  }
  const fields = new Map<string, string>()
  const files: Uint8Array[] = []
  const leftOut = new Set<'size' | 'count'>()
  let left = REQUEST_BYTES
  // The types do not know the last one; the parser does.
  const kindly = {
    limits: { files: HEARD_FILES, parts: HEARD_FILES + FIELDS },
    throwFileSizeLimit: false,
  }
  for await (const part of request.parts(kindly)) {
    if (part.type === 'field') {
      keepField(fields, part)
      continue
    }
    const bytes = await part.toBuffer()
    if (bytes.length === 0) continue
    if (part.file.truncated || bytes.length > left) leftOut.add('size')
    else if (files.length === FILES) leftOut.add('count')
    else {
      left -= bytes.length
      files.push(bytes)
    }
  }
  return { fields: Object.fromEntries(fields), files, leftOut: [...leftOut] }
}

interface SentField {
  readonly fieldname: string
  readonly value: unknown
  readonly valueTruncated: boolean
  readonly fieldnameTruncated: boolean
}

/** Throws Problem too_large. */
function keepField(fields: Map<string, string>, field: SentField): void {
  if (field.valueTruncated || field.fieldnameTruncated) {
    throw tooLarge(`A field has more than ${FIELD_BYTES / 1_024} KB`)
  }
  if (typeof field.value === 'string') fields.set(field.fieldname, field.value)
}

/** What the parser refuses, by its code. */
const words: Readonly<Record<string, string>> = {
  FST_REQ_FILE_TOO_LARGE: 'A file has more than 10 MB',
  FST_FILES_LIMIT: 'More files were sent than are taken at once',
  FST_FIELDS_LIMIT: `More than ${FIELDS} fields were sent`,
  FST_PARTS_LIMIT: 'More parts were sent than are taken at once',
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
