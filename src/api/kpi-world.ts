import {
  createKpis,
  type KpiParts,
  type Kpis,
  type KpiWorld,
} from '../alarms/kpis/create-kpis.ts'
import { type DeskCatalogue, deskFor } from '../annunciation/catalogue.ts'
import type { ActiveConfiguration } from '../configuration/active.ts'
import type { ApiParts } from './parts.ts'

/** Whatever no desk takes stands in the console alone, which counts as a desk of one operator. */
const CONSOLE = 'console'

type Parts = Pick<ApiParts, 'configurations'> & Pick<KpiParts, 'database' | 'clock'>

/** Figures by the desks, rules and assets of the configuration in force. */
export function kpisFor({ database, clock, configurations }: Parts): Kpis {
  return createKpis({
    database,
    clock,
    world: async (organisation) => kpiWorld(await configurations.current(organisation)),
  })
}

type Configuration = Pick<ActiveConfiguration, 'ruleFacts' | 'rules' | 'assets'> &
  Partial<Pick<DeskCatalogue, 'desks'>>

/** What a configuration says of desks, rules and assets; without one everything is the console's. */
function kpiWorld(configuration: Configuration | undefined): KpiWorld {
  const desks = configuration?.desks ?? new Map()
  const catalogue = { desks, assets: configuration?.assets ?? new Map() }
  const takesAll = [...desks.values()].some(({ takes }) => takes === undefined)
  const monitored = new Set(configuration?.rules.targets.map(({ asset }) => asset))
  return {
    desks: [
      ...[...desks].map(([desk, { acknowledgeWithin }]) => {
        return { desk, operators: 1, acknowledgeWithin }
      }),
      ...(takesAll ? [] : [{ desk: CONSOLE, operators: 1 }]),
    ],
    deskOf: ({ rule, asset, priority }) => {
      const faultClass = configuration?.ruleFacts.get(rule)?.faultClass ?? ''
      return deskFor(catalogue, { rule, asset, priority, faultClass }) ?? CONSOLE
    },
    asks: (rule) => configuration?.ruleFacts.get(rule)?.acknowledge ?? true,
    isMonitored: (asset) => monitored.has(asset),
  }
}
