import { publicAsset } from '../cases/catalogue.ts'
import type { Cases, NewReport } from '../cases/cases.ts'
import type { Category } from '../cases/category.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { readAnswers } from './answers.ts'
import { languageOf, type Open311Catalogue } from './config.ts'
import { readFrame } from './frame.ts'
import { claimKey, mediaUrls, requestOfKey, samenessOf } from './intake.ts'
import { actorOf } from './listener.ts'
import { takePhotos, type MediaParts, type TakenPhotos } from './media.ts'
import { all, attributes, first, type Parameters } from './parameters.ts'
import { readPlace } from './place.ts'
import { ASSET_ATTRIBUTE, serviceOf } from './services.ts'
import { textsOf } from './texts.ts'

const LONGEST_DESCRIPTION = 4_000
const LONGEST_NAME = 120

export interface TakeParts extends MediaParts {
  readonly database: Database
  readonly clock: Clock
  readonly cases: Pick<Cases, 'report' | 'followUp'>
}

export interface Incoming {
  readonly organisation: OrganisationId
  readonly catalogue: Open311Catalogue
  readonly client: string
  readonly parameters: Parameters
  readonly files: readonly Uint8Array[]
  /** Fetch photos that only their address came of. */
  readonly fetchMedia: boolean
}

/** What the client is told of its report. */
export interface Receipt {
  readonly id: string
  readonly notice: string | null
}

/** Takes a report of a client in: once, however often and however often at once it is sent. */
export async function takeRequest(parts: TakeParts, incoming: Incoming): Promise<Receipt> {
  const { database, clock } = parts
  const { organisation, client, parameters } = incoming
  const said = readReport(incoming)
  const key = await claimKey(database, organisation, {
    ...samenessOf(parameters, said.link),
    client,
    now: clock.now(),
  })
  const earlier = await requestOfKey(database, organisation, key)
  if (earlier !== undefined) return { id: earlier, notice: null }
  const photos = await takePhotos(parts, organisation, {
    files: incoming.files,
    urls: mediaUrls(parameters),
    fetchMedia: incoming.fetchMedia,
  })
  const report = { ...said.report, photos: photos.ids, idempotencyKey: key }
  const known = await reportOnce(parts, organisation, report)
  const id = await requestOfKey(database, organisation, key)
  if (id === undefined) throw new Error('a report of a client was given no id')
  return { id, notice: noticeOf(incoming, known, photos) }
}

/** True where the fault was known before. */
async function reportOnce(
  { cases, database }: TakeParts,
  organisation: OrganisationId,
  report: NewReport & { readonly idempotencyKey: string },
): Promise<boolean> {
  try {
    return (await cases.report(organisation, report)).known !== null
  } catch (error) {
    // The same report with other words: the client mended it before it sent it again.
    const reused = error instanceof Problem && error.details.kind === 'reused'
    const { idempotencyKey } = report
    const there =
      reused && (await requestOfKey(database, organisation, idempotencyKey)) !== undefined
    if (there) return false
    throw error
  }
}

interface ReadReport {
  readonly report: Omit<NewReport, 'photos' | 'idempotencyKey'>
  readonly link: string | undefined
}

function readReport({ catalogue, client, parameters }: Incoming): ReadReport {
  const code = first(parameters, 'service_code')
  if (code === undefined) throw missing('service_code')
  const [category, service] = serviceOf(catalogue, code)
  const given = attributes(parameters)
  const description = first(parameters, 'description') ?? ''
  const framed = readFrame(description)
  const text = framed === undefined ? description : framedText(framed)
  if ((framed?.text ?? description).length > LONGEST_DESCRIPTION) throw tooLong()
  const asset = assetOf(catalogue, service, all(given, ASSET_ATTRIBUTE)[0])
  const contact = contactOf(parameters)
  const { place, address } = readPlace(parameters)
  return {
    link: framed?.link,
    report: {
      source: 'open311',
      sourceDetail: client,
      actor: actorOf(client),
      category,
      ...(asset !== undefined && { asset }),
      ...(place !== undefined && { place }),
      answers: readAnswers(service, given),
      text: wordsOf(text, address, framed?.link),
      language: languageOf(catalogue, catalogue.partners.get(client)),
      ...(contact !== undefined && { contact }),
      // The client tells its people by itself.
      wantsUpdates: false,
    },
  }
}

/**
 * What a person said, with the address in words, wherever else the report says it is, and where it
 * stands at the partner: that page tells who it was, so it is sealed and erased with the rest.
 */
function wordsOf(text: string, ...more: readonly (string | undefined)[]): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').trim()
  return [lines, ...more].filter((part) => part !== undefined && part !== '').join('\n\n')
}

function framedText(framed: { readonly title: string; readonly text: string }): string {
  const { title, text } = framed
  return title === '' || text.startsWith(title) ? text : `${title}\n\n${text}`
}

/** The asset that the client's map knew, if we still have it and the category is about such. */
function assetOf(
  catalogue: Open311Catalogue,
  { assetType }: Category,
  id: string | undefined,
): string | undefined {
  const asset = id === undefined ? undefined : publicAsset(catalogue, id)
  const fits = assetType === undefined || asset?.type === assetType
  // A map that is out of date must not keep a report out.
  return asset !== undefined && fits ? id : undefined
}

function contactOf(parameters: Parameters): NewReport['contact'] {
  const name = ['first_name', 'last_name']
    .map((field) => first(parameters, field))
    .filter((part) => part !== undefined && part !== '-')
    .join(' ')
    .slice(0, LONGEST_NAME)
  const email = first(parameters, 'email')
  const phone = first(parameters, 'phone')?.slice(0, 40)
  const contact = {
    ...(name !== '' && { name }),
    ...(email !== undefined && /^[^\s@]+@[^\s@]{1,250}$/.test(email) && { email }),
    ...(phone !== undefined && phone !== '-' && { phone }),
  }
  return Object.keys(contact).length === 0 ? undefined : contact
}

function noticeOf(
  { catalogue, client }: Incoming,
  known: boolean,
  { lost }: TakenPhotos,
): string | null {
  const texts = textsOf(languageOf(catalogue, catalogue.partners.get(client)))
  const said = [known ? texts.known : '', lost > 0 ? texts.photosLost(lost) : '']
  const notice = said.filter((part) => part !== '').join(' ')
  return notice === '' ? null : notice
}

/** What had to be said and was not. */
export function missing(field: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${field} was not provided`,
    where: field,
  })
}

function tooLong(): Problem {
  return new Problem({
    kind: 'invalid',
    what: `description is longer than ${LONGEST_DESCRIPTION} characters`,
    where: 'description',
    next: 'Shorten it',
  })
}
