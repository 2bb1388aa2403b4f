import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { bench, organisation } from './town.ts'

/** A report as the citizen knows it, who was answered. */
export interface Answered {
  /** Idempotency key; the same in every try. */
  readonly key: string
  readonly number: string
  /** Ids of its photos. */
  readonly photos: readonly string[]
  readonly isAboutBench: boolean
}

/** People who report faults, each from an address of their own, and send a report again until it is answered. */
export interface Citizens {
  report(): void
  /** A photo first, then the report it belongs to. */
  reportWithPhoto(): void
  /** So many at the same moment that some reports are accepted before they are placed. */
  crowd(): void
  /** Resolves when every report is answered. */
  finish(): Promise<readonly Answered[]>
}

const pause = 300
const patience = 3_000
/** The encoder of pictures is a process that starts with the first one. */
const photoPatience = 20_000
const CROWD = 24

/** A picture of one point. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

const receipt = z.object({ number: z.string() })
const taken = z.object({ photos: z.array(z.object({ id: z.string() })) })

interface Asked {
  readonly withPhoto?: boolean
  readonly isAboutBench?: boolean
}

export function startCitizens(port: number): Citizens {
  const underway: Promise<Answered>[] = []
  const url = `http://127.0.0.1:${port}/api/v1/organisations/${organisation}`

  async function persist(number: number, asked: Asked): Promise<Answered> {
    const { withPhoto = false, isAboutBench = false } = asked
    // The service is told to believe this machine about whom it speaks for.
    const from = { 'x-forwarded-for': `10.1.${number >> 8}.${number & 255}` }
    const photos = withPhoto ? await untilAnswered(() => sendPhoto(url, from)) : []
    const key = `crash-report-${number}`
    const report = {
      category: 'other',
      text: `Report ${number}`,
      ...(isAboutBench ? { asset: bench } : { place: { lat: 58.35, lon: 11.43 } }),
      language: 'en',
      contact: { email: `citizen-${number}@provby.example` },
      wantsUpdates: true,
      ...(photos.length > 0 && { photos }),
    }
    const caseNumber = await untilAnswered(() => sendReport(url, { ...from, key }, report))
    return { key, number: caseNumber, photos, isAboutBench }
  }

  const begin = (asked: Asked): void => void underway.push(persist(underway.length, asked))
  return {
    report: () => begin({}),
    reportWithPhoto: () => begin({ withPhoto: true }),
    crowd() {
      for (let index = 0; index < CROWD; index += 1)
        begin({ isAboutBench: index % 4 === 0 })
    },
    finish: () => Promise.all(underway),
  }
}

async function untilAnswered<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await wait(pause)
  }
}

async function sendPhoto(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly string[] | undefined> {
  const body = new FormData()
  body.append('photo', new Blob([picture], { type: 'image/png' }), 'photo.png')
  const answer = await answered(`${url}/photos`, {
    // As a browser says it of the service's own page.
    headers: { ...headers, 'sec-fetch-site': 'same-origin' },
    body,
    patience: photoPatience,
  })
  return answer && taken.parse(answer).photos.map(({ id }) => id)
}

async function sendReport(
  url: string,
  { key, ...headers }: Readonly<Record<string, string>> & { readonly key: string },
  report: unknown,
): Promise<string | undefined> {
  const answer = await answered(`${url}/reports`, {
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(report),
    patience,
  })
  return answer && receipt.parse(answer).number
}

/** Undefined when nobody answered, or asked to come again. Throws when what was sent is refused. */
async function answered(
  url: string,
  sent: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | FormData
    readonly patience: number
  },
): Promise<object | undefined> {
  const { headers, body } = sent
  const signal = AbortSignal.timeout(sent.patience)
  const answer = await fetch(url, { method: 'POST', headers, body, signal }).catch(
    () => undefined,
  )
  if (answer === undefined || answer.status === 429 || answer.status >= 500)
    return undefined
  // It may die while it answers.
  const said = await answer.text().catch(() => undefined)
  if (said === undefined) return undefined
  if (answer.ok) return z.looseObject({}).parse(JSON.parse(said))
  throw new Error(`${url} answered ${answer.status}: ${said}`)
}
