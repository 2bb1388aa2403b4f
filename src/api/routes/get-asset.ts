import type { AssetPoint } from '../../configuration/active.ts'
import { toIso } from '../../domain/time.ts'
import { can } from '../../identity/permissions.ts'
import type { LastValues } from '../../ingest/last-values.ts'
import { answers } from '../answers.ts'
import { assetRow, assetRowView } from '../asset-row.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { assetDetailView } from '../views.ts'

/** How many open alarms and cases an asset's page shows. */
const OPEN = 100

/** One asset with what is known of it now. */
export function getAsset(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'lastValues' | 'alarms' | 'cases'>,
): void {
  const { database, configurations, lastValues, alarms, cases } = parts
  api.route({
    method: 'GET',
    url: '/assets/:id',
    config: { permission: 'asset.read' },
    schema: {
      tags: ['assets'],
      summary: 'One asset',
      params: byId,
      response: answers(assetDetailView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const { id } = request.params
      const row = await assetRow(database.read(organisation), id)
      const configuration = await configurations.current(organisation)
      const filter = { which: 'open', asset: id, limit: OPEN } as const
      const may = (action: 'alarm.read' | 'case.read' | 'history.read') =>
        can(user, action, { organisation })
      const points = configuration?.assetPoints.get(id) ?? []
      const document = configuration?.assets.get(id)
      return {
        ...assetRowView(row),
        parents: [...(document?.parents ?? [])],
        attributes: { ...document?.attributes },
        points: may('history.read') ? points.map((at) => pointView(at, lastValues)) : null,
        alarms: may('alarm.read') ? [...(await alarms.list(organisation, filter))] : null,
        cases: may('case.read') ? [...(await cases.list(organisation, filter))] : null,
      }
    },
  })
}

function pointView({ role, point, device, unit }: AssetPoint, lastValues: LastValues) {
  const last = lastValues.of(point)
  return {
    role,
    point,
    device,
    unit,
    last:
      last === undefined
        ? null
        : {
            value: last.value,
            quality: last.quality,
            code: last.code,
            at: toIso(last.effective),
          },
  }
}
