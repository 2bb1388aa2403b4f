import type { RefusalDetails } from '../api/refusal.ts'

/** What is wrong with files that somebody chose. */
export type PhotoMistake = 'count' | 'size' | 'heic' | 'type' | 'damaged'

/** As many as the service takes at once, and with one report. */
export const PHOTOS_AT_ONCE = 5
/** Bytes of each. */
const FILE_BYTES = 10 * 1_024 * 1_024

/** What browsers offer to choose; an iPhone makes a JPEG of what it has in another format. */
export const photoTypes = 'image/jpeg,image/png,image/webp,image/gif'

/** What is wrong with the files, as far as one sees it before they are sent; undefined for nothing. `room` is for how many more. Pure. */
export function photoMistake(
  files: readonly Pick<File, 'name' | 'size' | 'type'>[],
  room = PHOTOS_AT_ONCE,
): PhotoMistake | undefined {
  if (files.length > Math.min(room, PHOTOS_AT_ONCE)) return 'count'
  if (files.some(isHeic)) return 'heic'
  // A browser that does not know a type says nothing: then the service looks at the bytes.
  if (files.some(({ type }) => type !== '' && !photoTypes.split(',').includes(type)))
    return 'type'
  return files.some(({ size }) => size > FILE_BYTES) ? 'size' : undefined
}

function isHeic({ name, type }: Pick<File, 'name' | 'type'>): boolean {
  return /^image\/hei[cf]/.test(type) || /\.hei[cf]$/i.test(name)
}

/** What the service found wrong with the photos themselves; undefined for other refusals. Pure. */
export function mistakeIn({ kind, where }: RefusalDetails): PhotoMistake | undefined {
  if (kind === 'too_large') return 'size'
  return kind === 'invalid' && where === 'photo' ? 'damaged' : undefined
}
