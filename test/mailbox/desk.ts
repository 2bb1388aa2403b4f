import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { mailbox, type Mailbox } from '../../src/mailbox/config.ts'
import type { IntakeParts, MailboxOf } from '../../src/mailbox/intake.ts'
import { takeLetter } from '../../src/mailbox/intake.ts'
import { parseLetter } from '../../src/mailbox/parse-letter.ts'
import { nameOf, type LetterOutcome } from '../../src/mailbox/rows.ts'
import { createPhotos, type PhotoService } from '../../src/photos/create-photos.ts'
import type { MadePicture, PictureRefusal } from '../../src/photos/picture.ts'
import { openTown, secret, type Town } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { seededRandom } from '../support/random.ts'
import { OWN } from './letters.ts'

/** A mailbox of the town with real cases, photos and personal data; only pictures are not decoded. */
export interface MailDesk extends AsyncDisposable {
  readonly town: Town
  readonly parts: IntakeParts
  readonly photos: PhotoService
  readonly box: MailboxOf
  /** Takes a letter as it stands on the wire. */
  take(source: Buffer, box?: MailboxOf): Promise<LetterOutcome | 'known'>
  /** Cases that stand for themselves, with how many reports and follow-ups they have. */
  cases(): Promise<readonly { state: string; reports: number; followUps: number }[]>
}

export const settings: Mailbox = mailbox.parse({
  host: '127.0.0.1',
  user: 'mail',
  secret: 'mail-password',
  tls: 'none',
  address: OWN,
  category: 'litter',
  rules: [{ words: ['lampa', 'mörkt'], category: 'lamp-blinks' }],
})

export async function openMailDesk(
  given: { readonly database?: Database } = {},
): Promise<MailDesk> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  let photos: PhotoService | undefined
  const late: Pick<PhotoService, 'attach' | 'of'> = {
    attach: async (...asked) => await photos?.attach(...asked),
    of: async (...asked) => (await photos?.of(...asked)) ?? [],
  }
  const town = opening.use(await openTown({ ...given, photos: late }))
  const { database, clock, cases, personal } = town
  photos = opening.use(
    createPhotos({
      database,
      folder: folder.path,
      clock,
      realTime: systemClock,
      random: seededRandom('photos'),
      encoder: { encode, [Symbol.asyncDispose]: async () => undefined },
    }),
  )
  const parts: IntakeParts = { database, cases, photos, people: personal, clock, secret }
  const box: MailboxOf = { organisation: north, name: 'reports', settings }
  const all = opening.move()
  return {
    town,
    parts,
    photos,
    box,
    async take(source, to = box) {
      const letter = await parseLetter(source, systemClock)
      return await takeLetter(parts, to, { letter, name: nameOf(letter, source) })
    },
    async cases() {
      const query = database.read(north)
      const found = await query.selectFrom('case').select(['id', 'root', 'state']).execute()
      const reports = await query.selectFrom('report').select('case').execute()
      const followUps = await query.selectFrom('follow_up').select('case').execute()
      return found
        .filter(({ id, root }) => id === root)
        .map(({ id, state }) => ({
          state,
          reports: reports.filter((row) => row.case === id).length,
          followUps: followUps.filter((row) => row.case === id).length,
        }))
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** What begins with `picture` is one. */
async function encode(bytes: Uint8Array): Promise<MadePicture | PictureRefusal> {
  const text = Buffer.from(bytes).toString()
  if (!text.startsWith('picture')) return { kind: 'unknown', type: null }
  return { full: bytes, small: bytes, width: 4, height: 3 }
}
