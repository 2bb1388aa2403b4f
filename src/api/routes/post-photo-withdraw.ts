import type { Api } from '../parts.ts'
import { photoVerdict, type VerdictParts } from '../photo-verdict.ts'

/** Takes a photo from the public again. */
export function postPhotoWithdraw(api: Api, parts: VerdictParts): void {
  const summary = 'Take a photo from the public'
  photoVerdict(api, parts, { verdict: 'withdraw', summary })
}
