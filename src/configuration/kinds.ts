import { z } from 'zod'
import { channel, desk, rota } from '../annunciation/desk.ts'
import { area, category, route, unit } from '../cases/category.ts'
import { civilTimes } from '../calendar/civil-time.ts'
import { contract } from '../contractors/contract.ts'
import { template } from '../cases/template.ts'
import { connection } from '../devices/connection.ts'
import { deviceType, deviceTypeName } from '../devices/device-type.ts'
import { asset, device } from '../domain/asset.ts'
import { role } from '../domain/identity.ts'
import { slug } from '../domain/ids.ts'
import { language } from '../domain/language.ts'
import { mailbox } from '../mailbox/config.ts'
import { open311Door, partner } from '../open311/config.ts'
import { retentionRule } from '../privacy/retention-rule.ts'
import { rule } from '../rules/rule.ts'
import { webhook } from '../webhooks/webhook.ts'
import { serviceLevel } from '../service-levels/service-level.ts'

/** Goes into a header as it is, so it holds nothing that means something there. */
const siteAddress = /^https?:\/\/[a-z\d](?:[a-z\d.-]{0,250}[a-z\d])?(?::\d{1,5})?$/

/** A municipality, or whoever else runs a service of its own in the installation. */
export const organisation = z.strictObject({
  name: z.string().min(1).max(120),
  timezone: z.string().max(60).refine(isTimezone, 'a time zone such as Europe/Stockholm'),
  /** Whose holidays rules and service times keep, as ISO 3166: `SE`, `NO`. Left out: none. */
  holidays: z
    .string()
    .regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/, 'a country or region such as SE or NO-03')
    .optional(),
  /** In order of preference. */
  languages: z
    .array(language)
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'every language once'),
  /** The door for partners that speak Open311; left out: there is none. */
  open311: open311Door.optional(),
  /** Sites that may show the pages for citizens in a frame, such as `https://www.lysekil.se`; left out: none. */
  embeddedBy: z
    .array(
      z
        .string()
        .regex(siteAddress, 'a site such as https://www.lysekil.se, without a path'),
    )
    .min(1)
    .max(20)
    .optional(),
})
export type Organisation = z.infer<typeof organisation>

/** A person who logs in. The password is no part of the configuration. */
export const user = z.strictObject({
  name: z.string().min(1).max(120),
  email: z.email().max(254),
  roles: z.array(role).min(1).max(8),
  language,
  /** When this person is at work, for whoever looks for somebody to stand in; left out: always. */
  hours: z.array(civilTimes).min(1).max(20).optional(),
})
export type User = z.infer<typeof user>

/** A slug inside a document of one kind, naming an object of another; `*` is every entry of a list. */
export interface ReferencePath {
  readonly path: readonly string[]
  readonly to:
    | 'asset'
    | 'deviceType'
    | 'connection'
    | 'unit'
    | 'category'
    | 'area'
    | 'rule'
    | 'user'
    | 'contract'
    | 'channel'
    | 'rota'
    | 'serviceLevel'
}

interface KindDefinition {
  /** Top-level key in the YAML files. */
  readonly key: string
  /** How a person calls one of them. */
  readonly noun: string
  readonly schema: z.ZodType
  readonly references: readonly ReferencePath[]
}

/** Everything the configuration can hold. A new kind is one line here. */
export const kinds = {
  organisation: define('organisation', 'organisation', organisation),
  area: define('areas', 'area', area),
  unit: define('units', 'unit', unit, [
    { path: ['parent'], to: 'unit' },
    { path: ['members', '*'], to: 'user' },
    { path: ['contract'], to: 'contract' },
  ]),
  serviceLevel: define('service-levels', 'service level', serviceLevel, [
    { path: ['becomes', '*', 'level'], to: 'serviceLevel' },
  ]),
  category: define('categories', 'category', category, [
    { path: ['serviceLevel'], to: 'serviceLevel' },
  ]),
  template: define('templates', 'template', template, [
    { path: ['when', 'categories', '*'], to: 'category' },
  ]),
  contract: define('contracts', 'contract', contract, [
    { path: ['categories', '*'], to: 'category' },
    { path: ['areas', '*'], to: 'area' },
    { path: ['serviceLevel'], to: 'serviceLevel' },
  ]),
  route: define('routes', 'route', route, [
    { path: ['unit'], to: 'unit' },
    { path: ['when', 'category'], to: 'category' },
    { path: ['when', 'area'], to: 'area' },
    { path: ['person'], to: 'user' },
    { path: ['serviceLevel'], to: 'serviceLevel' },
  ]),
  deviceType: define('device-types', 'device type', deviceType, [
    { path: ['extends'], to: 'deviceType' },
  ]),
  connection: define('connections', 'connection', connection),
  asset: define('assets', 'asset', asset, [
    { path: ['parents', '*', 'asset'], to: 'asset' },
  ]),
  device: define('devices', 'device', device, [
    { path: ['type'], to: 'deviceType' },
    { path: ['asset'], to: 'asset' },
    { path: ['connection'], to: 'connection' },
  ]),
  rule: define('rules', 'rule', rule, [{ path: ['assets', 'slugs', '*'], to: 'asset' }]),
  user: define('users', 'user', user),
  partner: define('partners', 'partner', partner),
  webhook: define('webhooks', 'webhook', webhook, [
    { path: ['units', '*'], to: 'unit' },
    { path: ['categories', '*'], to: 'category' },
  ]),
  mailbox: define('mailboxes', 'mailbox', mailbox, [
    { path: ['category'], to: 'category' },
    { path: ['rules', '*', 'category'], to: 'category' },
  ]),
  retention: define('retention', 'retention rule', retentionRule, [
    { path: ['when', 'category'], to: 'category' },
  ]),
  channel: define('channels', 'channel', channel),
  rota: define('rotas', 'rota', rota, [
    { path: ['people', '*'], to: 'user' },
    { path: ['overrides', '*', 'person'], to: 'user' },
  ]),
  desk: define('desks', 'desk', desk, [
    { path: ['takes', '*', 'rules', '*'], to: 'rule' },
    { path: ['steps', '*', 'to', '*', 'rota'], to: 'rota' },
    { path: ['steps', '*', 'to', '*', 'person'], to: 'user' },
    { path: ['steps', '*', 'to', '*', 'channel'], to: 'channel' },
    { path: ['heartbeat', 'channel'], to: 'channel' },
  ]),
} as const satisfies Record<string, KindDefinition>

export type KindName = keyof typeof kinds

/** In an order in which nothing is named before it exists. */
export const kindNames = [
  'organisation',
  'area',
  'unit',
  'serviceLevel',
  'category',
  'template',
  'contract',
  'route',
  'deviceType',
  'connection',
  'asset',
  'device',
  'rule',
  'user',
  'partner',
  'webhook',
  'mailbox',
  'retention',
  'channel',
  'rota',
  'desk',
] as const satisfies readonly KindName[]

/** Kinds whose objects stand by slug under a top-level key; the other two have files of their own. */
export const listedKinds = kindNames.filter(
  (kind) => kind !== 'organisation' && kind !== 'deviceType',
)

export function isKindName(text: string): text is KindName {
  return Object.hasOwn(kinds, text)
}

/** Device types are called by `vendor/model@version`, everything else by a slug. */
export function isSlugOf(kind: KindName, text: string): boolean {
  const schema = kind === 'deviceType' ? deviceTypeName : slug
  return schema.safeParse(text).success
}

function define<S extends z.ZodType>(
  key: string,
  noun: string,
  schema: S,
  references: readonly ReferencePath[] = [],
): { key: string; noun: string; schema: S; references: readonly ReferencePath[] } {
  return { key, noun, schema, references }
}

function isTimezone(name: string): boolean {
  try {
    return (
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    )
  } catch {
    return false
  }
}
