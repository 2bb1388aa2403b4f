import { z } from 'zod'
import { publicAsset, publicCategories, type CaseCatalogue } from '../cases/catalogue.ts'
import type { Cases } from '../cases/cases.ts'
import type { Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import {
  assetId,
  formValues,
  readForm,
  refusedField,
  type FieldName,
  type FormValues,
} from './form.ts'
import { address, type PageContext } from './layout.ts'
import { receiptPage } from './pages/receipt.ts'
import { reportPage } from './pages/report.ts'

export interface SendParts {
  readonly cases: Pick<Cases, 'report' | 'knownAt'>
  readonly catalogue: (organisation: OrganisationId) => Promise<CaseCatalogue>
  readonly random: Random
}

export type Answer =
  | { readonly kind: 'taken'; readonly page: string }
  | { readonly kind: 'refused'; readonly page: string }
  | { readonly kind: 'elsewhere'; readonly to: string }

const following = z.object({ follow: z.literal('1') })

/** Takes in the form: the receipt, or the form again with everything still in it. */
export async function sendReport(
  parts: SendParts,
  page: PageContext,
  body: unknown,
): Promise<Answer> {
  const { id } = page.organisation
  const values = formValues(body)
  const catalogue = await parts.catalogue(id)
  const follow = following.safeParse(body).success
  if (follow && !(await stillKnown(parts, id, values))) {
    // Mended in the meantime: the asset's page says so, and a follower opens no new case.
    return {
      kind: 'elsewhere',
      to: address(page, `/a/${encodeURIComponent(values.asset)}`),
    }
  }
  const form = readForm(values, catalogue, page.language)
  if (!form.ok)
    return refused(parts, page, { values, wrong: form.wrong, follow, catalogue })
  try {
    const report = { ...form.input, source: 'web', actor: 'citizen' } as const
    const receipt = await parts.cases.report(id, report)
    return { kind: 'taken', page: receiptPage(page, receipt) }
  } catch (error) {
    const field = refusedField(error)
    if (field === undefined) throw error
    return refused(parts, page, { values, wrong: [field], follow, catalogue })
  }
}

async function stillKnown(
  { cases }: SendParts,
  organisation: OrganisationId,
  { asset, category }: FormValues,
): Promise<boolean> {
  const known = await cases.knownAt(organisation, assetId(asset))
  return known.some(({ categoryId }) => categoryId === category)
}

interface Refusal {
  readonly values: FormValues
  readonly wrong: readonly FieldName[]
  readonly follow: boolean
  readonly catalogue: CaseCatalogue
}

function refused(
  { random }: SendParts,
  page: PageContext,
  { values, wrong, follow, catalogue }: Refusal,
): Answer {
  // The old key may stand for what was sent before; what is sent next is another report.
  const key = wrong.includes('key')
    ? Buffer.from(random.bytes(16)).toString('base64url')
    : values.key
  const asset = publicAsset(catalogue, assetId(values.asset))
  const categories = publicCategories(catalogue, asset?.type)
  return {
    kind: 'refused',
    page: reportPage(page, { categories, values: { ...values, key }, wrong, follow }),
  }
}
