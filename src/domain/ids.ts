/** Names of things. An id never changes; a slug is what people write in YAML and may be renamed. */

import { z } from 'zod'

/** Short name of an organisation, unique in the installation. */
export type OrganisationId = string & { readonly organisationId: unique symbol }

/** A value of a device; an integer issued once and never reused. */
export type PointId = number & { readonly pointId: unique symbol }

/** Lower-case letters, digits and hyphens, as in `lamp-17`: safe in topics, URLs and file names. */
export const slug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'lower-case letters, digits and hyphens, at most 63',
  )

export const organisationId = slug.transform((text) => text as OrganisationId)

/** What is known of an asset (`power`, `level`) or a point of a device: a dotted lower-camel name. */
export const roleName = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9]*(?:\.[a-z0-9][A-Za-z0-9]*){0,3}$/,
    'a name such as power or p1.running',
  )
