import type { TimeUs } from '../domain/time.ts'
import type { DeskCatalogue } from './catalogue.ts'
import type { Channel, Target } from './desk.ts'
import { addressKey } from './ids.ts'
import { onDuty } from './rota.ts'
import type { Calendar } from '../calendar/civil-time.ts'

/** Who can be told: `channel:<id>`, `person:<id>`. A rota is whoever is on duty. */
export type Recipient = string

export interface Finding {
  readonly catalogue: DeskCatalogue
  readonly calendar: Calendar
  readonly at: TimeUs
  /** Ids of channels that are out of order. */
  readonly disabled: ReadonlySet<string>
}

/** Those who can be told over a target now; none when nobody is on duty or nobody listens there. */
export function recipientsOf(target: Target, finding: Finding): readonly Recipient[] {
  const { catalogue, disabled } = finding
  if ('channel' in target) {
    const known = catalogue.channels.has(target.channel) && !disabled.has(target.channel)
    return known ? [`channel:${target.channel}`] : []
  }
  const person = 'person' in target ? target.person : personOnDuty(target.rota, finding)
  return person !== undefined && catalogue.people.has(person) ? [`person:${person}`] : []
}

/** Id of who is on duty; undefined for nobody. */
export function personOnDuty(
  rota: string,
  { catalogue, calendar, at }: Pick<Finding, 'catalogue' | 'calendar' | 'at'>,
): string | undefined {
  const known = catalogue.rotas.get(rota)
  return known && onDuty(known, at, { zone: catalogue.zone, calendar })
}

/** One row of the outbox each. */
export interface Address {
  readonly form: 'mail' | 'webhook' | 'sms'
  /** Stands for it in the outbox. */
  readonly key: string
  /** Mail address, URL, number. */
  readonly to: string
  /** Undefined for a person. */
  readonly channel: Channel | undefined
}

/** Where what a recipient is told goes; none when the recipient is no longer configured. */
export function addressesOf(
  { people, channels }: Pick<DeskCatalogue, 'people' | 'channels'>,
  recipient: Recipient,
): readonly Address[] {
  const id = idOf(recipient)
  if (recipient.startsWith('person:')) {
    const email = people.get(id)?.email
    return email === undefined
      ? []
      : [{ form: 'mail', key: addressKey(email), to: email, channel: undefined }]
  }
  const channel = channels.get(id)
  switch (channel?.kind) {
    case undefined:
      return []
    case 'mail':
      return channel.addresses.map((to) => ({
        form: 'mail',
        key: addressKey(to),
        to,
        channel,
      }))
    case 'webhook':
      return [{ form: 'webhook', key: 'webhook', to: channel.url, channel }]
    case 'sms':
      return channel.numbers.map((to) => ({
        form: 'sms',
        key: addressKey(to),
        to,
        channel,
      }))
  }
}

/** Does the recipient want to hear that what it was told of is over? */
export function wantsRecoveries(
  { channels }: Pick<DeskCatalogue, 'channels'>,
  recipient: Recipient,
): boolean {
  return channels.get(idOf(recipient))?.recoveries ?? true
}

export function idOf(recipient: Recipient): string {
  return recipient.slice(recipient.indexOf(':') + 1)
}
