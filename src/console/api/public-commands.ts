import type { NoticeText, NoticeView } from '../../notices/notice.ts'
import type { WordsWarning } from '../../cases/views.ts'
import { call } from './client.ts'

/** A notice as it is sent. */
export interface NewNotice extends NoticeText {
  /** ISO 8601 in UTC. */
  readonly from: string
  /** Left out: until somebody ends it. */
  readonly to?: string
}

export function publishNotice(notice: NewNotice): Promise<NoticeView> {
  return call('/notices', { method: 'POST', body: notice })
}

/** Ends a notice now, or takes it back before it began. */
export function endNotice(id: string): Promise<NoticeView> {
  return call(`/notices/${encodeURIComponent(id)}/end`, { method: 'POST' })
}

/** Shows a photo to the public, or keeps it from the public. */
export async function decidePhoto(id: string, isShown: boolean): Promise<void> {
  const what = isShown ? 'release' : 'withdraw'
  await call<unknown>(`/photos/${encodeURIComponent(id)}/${what}`, { method: 'POST' })
}

/** Shows words to the public as they are given; answers what in them looks like a contact. */
export async function showText(id: string, text: string): Promise<readonly WordsWarning[]> {
  const { warnings = [] } = await call<{ readonly warnings?: readonly WordsWarning[] }>(
    `/texts/${encodeURIComponent(id)}/release`,
    { method: 'POST', body: { text } },
  )
  return warnings
}

/** Keeps words from the public. */
export async function keepText(id: string): Promise<void> {
  await call<unknown>(`/texts/${encodeURIComponent(id)}/withdraw`, { method: 'POST' })
}
