import { Refusal, refusalOf } from './refusal.ts'

/** A whole upload over a poor connection, and the time in which its pictures are looked at. */
const PATIENCE_MS = 300_000

export interface PhotoUpload {
  /** Whose case the photos are for; undefined: the own organisation's, as staff, who are not counted by address. */
  readonly organisation: string | undefined
  readonly files: readonly File[]
  /** Told how much has left, from 0 to 1. */
  readonly onProgress: (share: number) => void
  readonly signal: AbortSignal
}

/**
 * Sends photos to an organisation; gives their ids, which a report, a case or an order takes within 24 hours.
 * Rejects with Refusal only, or with the reason of `signal`. With XMLHttpRequest, because fetch does not
 * tell how far an upload has come.
 */
export async function uploadPhotos({
  organisation,
  files,
  onProgress,
  signal,
}: PhotoUpload): Promise<readonly string[]> {
  const form = new FormData()
  for (const file of files) form.append('photos', file)
  const door =
    organisation === undefined ? '' : `/organisations/${encodeURIComponent(organisation)}`
  const path = `/api/v1${door}/photos`
  const { status, body } = await send(path, { form, onProgress, signal })
  if (status < 200 || status > 299) throw refusalOf(status, body)
  return idsOf(body)
}

interface Sent {
  readonly status: number
  /** Undefined for what is not JSON. */
  readonly body: unknown
}

function send(
  path: string,
  {
    form,
    onProgress,
    signal,
  }: Pick<PhotoUpload, 'onProgress' | 'signal'> & { readonly form: FormData },
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    signal.addEventListener('abort', stop, { once: true })
    request.timeout = PATIENCE_MS
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      onProgress(total === 0 ? 0 : loaded / total)
    })
    request.addEventListener('load', () =>
      resolve({ status: request.status, body: jsonOf(request.responseText) }),
    )
    const lost = () => reject(new Refusal({ kind: 'unreachable', what: '' }))
    request.addEventListener('error', lost)
    request.addEventListener('timeout', lost)
    request.addEventListener('abort', () => reject(reasonOf(signal)))
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop))
    request.open('POST', path)
    request.send(form)
  })
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new DOMException('ended', 'AbortError')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** What is not as agreed names no photo. */
function idsOf(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null || !('photos' in body)) return []
  const photos: unknown = body.photos
  if (!Array.isArray(photos)) return []
  return photos.flatMap((photo: unknown) => {
    if (typeof photo !== 'object' || photo === null || !('id' in photo)) return []
    return typeof photo.id === 'string' ? [photo.id] : []
  })
}
