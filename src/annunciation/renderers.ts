import type { Database } from '../database/database.ts'
import type { Call } from '../delivery/call.ts'
import type { CallRenderer, Renderer } from '../delivery/deliver.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { toIso } from '../domain/time.ts'
import type { DeskCatalogue } from './catalogue.ts'
import { heartbeatIsStale } from './heartbeat.ts'
import { shortTime, deskTexts } from './texts.ts'
import { toldFacts, type ToldAlarm, type ToldFacts } from './told-facts.ts'

export interface DeskRendererParts {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (organisation: OrganisationId) => Promise<DeskCatalogue>
  /** Where people reach the console, without a slash at the end. */
  readonly baseUrl: string
}

/** A text message has room for so much; gateways cut or charge for more. */
const LONGEST_SMS = 320

/** Alarms that a mail describes; the console has the others. */
const MAILED = 20

/** Writes the letters of desks when they are sent. */
export function createDeskRenderers(parts: DeskRendererParts): Record<string, Renderer> {
  return {
    'annunciation.mail': async (organisation, payload) => {
      const told = await read(parts, organisation, payload)
      if (told?.address?.form !== 'mail') return undefined
      return {
        to: told.address.to,
        subject: headline(told, 400),
        text: letter(parts, told),
      }
    },
  }
}

/** Writes what programs and SMS gateways are sent. */
export function createDeskCalls(parts: DeskRendererParts): Record<string, CallRenderer> {
  return {
    'annunciation.webhook': async (organisation, payload) => {
      const told = await read(parts, organisation, payload)
      const channel = told?.address?.channel
      if (told === undefined || channel?.kind !== 'webhook') return undefined
      const body = JSON.stringify(document(parts, organisation, told))
      return { url: channel.url, secret: channel.secret, contentType: json, body }
    },
    'annunciation.sms': async (organisation, payload) => {
      const told = await read(parts, organisation, payload)
      return told && textMessage(told)
    },
  }
}

const json = 'application/json'

async function read(
  { database, clock, catalogue }: DeskRendererParts,
  organisation: OrganisationId,
  payload: unknown,
): Promise<ToldFacts | undefined> {
  const known = await catalogue(organisation)
  const told = await toldFacts(database.read(organisation), known, payload)
  if (told?.kind !== 'heartbeat') return told
  const every = known.desks.get(told.desk)?.heartbeat?.every
  return heartbeatIsStale(told.at, every, clock.now()) ? undefined : told
}

/** Priority, what, where and since when, in one line. */
function headline(told: ToldFacts, longest: number): string {
  const texts = deskTexts[told.language]
  if (told.kind !== 'alarms') {
    return `${texts[told.kind].subject}: ${told.deskName}`.slice(0, longest)
  }
  const [first] = told.alarms
  if (first === undefined) return `${texts.what.raised}: ${told.deskName}`
  const others = told.alarms.length - 1 + told.more
  const more = others > 0 ? `, ${texts.more(others)}` : ''
  return cut(sentence(told, first), longest - more.length) + more
}

function sentence(told: ToldFacts, one: ToldAlarm): string {
  const texts = deskTexts[told.language]
  const since = `${texts.since} ${shortTime(one.raisedAt, told)}`
  const until =
    one.clearedAt === undefined ? '' : ` ${texts.until} ${shortTime(one.clearedAt, told)}`
  const what = `${texts.priority(one.priority)} ${texts.what[one.what]}`
  return `${what}: ${one.ruleName}, ${one.assetName}, ${since}${until}`
}

function letter({ baseUrl }: DeskRendererParts, told: ToldFacts): string {
  const texts = deskTexts[told.language]
  const foot = ['', `${texts.desk}: ${told.deskName}`, '']
  if (told.kind !== 'alarms') return [texts[told.kind].body, ...foot].join('\n')
  const described = told.alarms.slice(0, MAILED)
  const rest = told.alarms.length - described.length + told.more
  const calls = told.alarms.some(({ what }) => what !== 'cleared')
  return [
    ...described.flatMap((one) => [
      sentence(told, one),
      `${texts.open}: ${baseUrl}/console/alarms/${encodeURIComponent(one.alarm)}`,
      '',
    ]),
    ...(rest > 0 ? [`${texts.more(rest)}: ${baseUrl}/console/alarms`, ''] : []),
    ...(calls ? [texts.why] : []),
    ...foot,
  ].join('\n')
}

/** What a webhook's body says; the README of this folder is its documentation. */
function document(
  { baseUrl }: DeskRendererParts,
  organisation: OrganisationId,
  told: ToldFacts,
): object {
  return {
    type: `gatuvakt.${told.kind}`,
    timestamp: toIso(told.at),
    data: {
      organisation,
      desk: told.desk,
      group: told.group,
      sequence: told.sequence,
      text: headline(told, 400),
      alarms: told.alarms.map((one) => ({
        what: one.what,
        alarm: one.alarm,
        occurrence: one.occurrence,
        priority: one.priority,
        rule: { id: one.rule, name: one.ruleName },
        asset: { id: one.asset, name: one.assetName },
        raisedAt: toIso(one.raisedAt),
        clearedAt: one.clearedAt === undefined ? null : toIso(one.clearedAt),
        link: `${baseUrl}/console/alarms/${encodeURIComponent(one.alarm)}`,
      })),
      more: told.more,
    },
  }
}

function textMessage(told: ToldFacts): Call | undefined {
  const { address } = told
  if (address?.channel?.kind !== 'sms') return undefined
  const { url, body, format, authorization, secret } = address.channel
  const values: Readonly<Record<string, string>> = {
    number: address.to,
    text: headline(told, LONGEST_SMS),
    id: told.id,
  }
  const fields = Object.entries(body).map(([field, template]) => [
    field,
    template.replaceAll(/\{(number|text|id)\}/g, (_, name: string) => values[name] ?? ''),
  ])
  const form = format === 'form'
  return {
    url,
    contentType: form ? 'application/x-www-form-urlencoded' : json,
    body: form
      ? new URLSearchParams(fields).toString()
      : JSON.stringify(Object.fromEntries(fields)),
    ...(authorization !== undefined && { authorization }),
    ...(secret !== undefined && { secret }),
  }
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}
