import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import {
  desksOf,
  deskTestViewOf,
  deskViewOf,
  type channelEnabledView,
  type deskListView,
  type DeskParts,
  type DeskTestView,
} from '../desk-view.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

type Parts = Pick<LocalParts, 'configurations'> & DeskParts

const body = z.strictObject({
  organisation: organisationId.optional(),
  desk: z.string().max(128).optional(),
})

/** Desks of one organisation, or of the only one there is. */
export async function desksList(
  parts: Parts,
  input: unknown,
): Promise<z.infer<typeof deskListView>> {
  const organisation = await organisationOf(parts, body.parse(input).organisation)
  return { desks: (await desksOf(parts).list(organisation)).map(deskViewOf) }
}

/** Sends a marked test to everybody a desk tells, and says how each went. */
export async function desksTest(parts: Parts, input: unknown): Promise<DeskTestView> {
  const { organisation, desk = '' } = body.parse(input)
  const own = await organisationOf(parts, organisation)
  return deskTestViewOf(await desksOf(parts).test(own, desk))
}

const channelBody = z.strictObject({
  organisation: organisationId.optional(),
  channel: z.string().min(1).max(128),
})

/** Takes a channel back into use. */
export async function channelsEnable(
  parts: Parts,
  input: unknown,
): Promise<z.infer<typeof channelEnabledView>> {
  const { organisation, channel } = channelBody.parse(input)
  const own = await organisationOf(parts, organisation)
  return { enabled: await desksOf(parts).enableChannel(own, channel) }
}
