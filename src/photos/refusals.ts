import { Problem } from '../domain/problem.ts'
import { INPUT_PIXELS, UPLOAD_BYTES } from './limits.ts'
import type { PictureRefusal } from './picture.ts'

const megabytes = UPLOAD_BYTES / 1_024 / 1_024
const another =
  'Take the photo again or send another; JPEG, PNG, WebP and GIF are understood'

/** What somebody is told whose photo is not taken. */
export function refusalProblem(refusal: PictureRefusal): Problem {
  switch (refusal.kind) {
    case 'unknown':
      return new Problem({
        kind: 'invalid',
        what: 'This is not a photo',
        where: 'photo',
        why:
          refusal.type === null
            ? 'Its first bytes are of no picture that is known here'
            : `It is ${refusal.type}, whatever its name says`,
        next: another,
      })
    case 'heic':
      return new Problem({
        kind: 'invalid',
        what: 'Photos in the HEIC format cannot be read here',
        where: 'photo',
        why: 'The format is patented, so the program has no decoder for it',
        next: 'On an iPhone choose Settings, Camera, Formats, Most Compatible; or send a JPEG',
      })
    case 'pixels':
      return new Problem({
        kind: 'too_large',
        what: 'The photo has too many pixels',
        where: 'photo',
        why: `At most ${INPUT_PIXELS / 1_000_000} million are read`,
        next: 'Send it smaller',
      })
    case 'damaged':
      return new Problem({
        kind: 'invalid',
        what: 'The photo is damaged',
        where: 'photo',
        why: 'It is cut off, or not what it says it is',
        next: another,
      })
  }
}

export function emptyUpload(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The photo is empty',
    where: 'photo',
    why: 'It has no bytes',
    next: another,
  })
}

export function tooLarge(bytes?: number): Problem {
  const size =
    bytes === undefined ? '' : `; this one has ${Math.ceil(bytes / 1_048_576)} MB`
  return new Problem({
    kind: 'too_large',
    what: 'The photo is too large',
    where: 'photo',
    why: `At most ${megabytes} MB are taken${size}`,
    next: 'Send it smaller',
  })
}
