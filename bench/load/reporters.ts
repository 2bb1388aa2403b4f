import sharp from 'sharp'
import { benchTown } from './town.ts'

/** What a load of citizens is made of, in percent. */
const NEAR_DUPLICATES = 30
const WITH_PHOTO = 20
/** Has no factor in common with a hundred, so that each kind of report comes evenly, not in a row. */
const SPREAD = 37
/** Lamps that everybody sees; reports of one of them are near duplicates. */
const SEEN_LAMPS = 100

export interface Reported {
  /** Reports that were answered with a number. */
  readonly accepted: number
  /** The numbers they were answered with; those of one fault have the same, or one each. */
  readonly numbers: ReadonlySet<string>
  /** Answered with anything else, or not at all. */
  readonly refused: number
  /** From the first byte sent to the number, in ms; the photo before it apart. */
  readonly latenciesMs: readonly number[]
  readonly photosMs: readonly number[]
}

/** Citizens who report as they come, `perMinute` of them, whatever the service's answers take. */
export async function reportAll(
  http: string,
  { perMinute, minutes }: { readonly perMinute: number; readonly minutes: number },
): Promise<Reported> {
  const photo = await aPhoto()
  const total = Math.round(perMinute * minutes)
  const began = performance.now()
  const latenciesMs: number[] = []
  const photosMs: number[] = []
  const numbers = new Set<string>()
  let accepted = 0
  let refused = 0
  async function one(index: number): Promise<void> {
    const due = began + (index * 60_000) / perMinute
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, due - performance.now())),
    )
    try {
      const photos = []
      if ((index * SPREAD) % 100 >= 100 - WITH_PHOTO) {
        const start = performance.now()
        photos.push(await send(http, index, photo))
        photosMs.push(performance.now() - start)
      }
      const start = performance.now()
      const answer = await fetch(`${http}/api/v1/organisations/${benchTown}/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...citizen(index) },
        body: JSON.stringify(report(index, photos)),
      })
      const told = (await answer.json()) as { readonly number?: string }
      latenciesMs.push(performance.now() - start)
      if (answer.ok && told.number !== undefined) {
        numbers.add(told.number)
        accepted += 1
      } else {
        refused += 1
      }
    } catch {
      // Counted, and the bench says so: nobody may be sent away.
      refused += 1
    }
  }
  await Promise.all(Array.from({ length: total }, (_, index) => one(index)))
  return { accepted, numbers, refused, latenciesMs, photosMs }
}

/** Each citizen has an address of its own; the service believes the proxy that this bench is. */
function citizen(index: number): Record<string, string> {
  return { 'x-forwarded-for': `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` }
}

function report(index: number, photos: readonly string[]): object {
  const contact = { name: 'Åsa Öberg', email: `asa-${index}@example.org` }
  const common = {
    language: 'sv',
    contact,
    wantsUpdates: true,
    ...(photos.length > 0 && { photos }),
  }
  if ((index * SPREAD) % 100 < NEAR_DUPLICATES) {
    const asset = `lamp-${(index % SEEN_LAMPS) + 1}`
    return { ...common, category: 'lamp-dark', asset, text: 'Lampan är släckt igen' }
  }
  const place = { lat: 58.2 + (index % 997) / 10_000, lon: 11.4 + (index % 991) / 10_000 }
  return { ...common, category: 'litter', place, text: `Skräp vid bänken, nummer ${index}` }
}

async function send(http: string, index: number, bytes: Blob): Promise<string> {
  const form = new FormData()
  form.append('photo', bytes, 'photo.jpg')
  const answer = await fetch(`${http}/api/v1/organisations/${benchTown}/photos`, {
    method: 'POST',
    // As a page of the service sends it.
    headers: { ...citizen(index), 'sec-fetch-site': 'same-origin' },
    body: form,
  })
  if (!answer.ok) throw new Error(`a photo was answered with ${answer.status}`)
  const { photos } = (await answer.json()) as { photos: readonly { id: string }[] }
  return photos[0]?.id ?? ''
}

/** A picture as a phone takes it, about two megapixels of noise: the hardest to compress. */
async function aPhoto(): Promise<Blob> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const bytes = await sharp({
    create: { width: 1_600, height: 1_200, channels: 3, background: 'grey', noise },
  })
    .jpeg({ quality: 80 })
    .toBuffer()
  return new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' })
}
