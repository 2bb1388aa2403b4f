import type { Api } from '../parts.ts'
import { photoVerdict, type VerdictParts } from '../photo-verdict.ts'

/** Shows a photo to the public, after a look at it. */
export function postPhotoRelease(api: Api, parts: VerdictParts): void {
  const summary = 'Show a photo to the public'
  photoVerdict(api, parts, { verdict: 'release', summary })
}
