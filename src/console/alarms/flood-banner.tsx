import { useQuery } from '@tanstack/react-query'
import type { FloodView } from '../../alarms/floods-now.ts'
import { desksQuery } from '../api/control-queries.ts'
import { get } from '../api/queries.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'

/** A flood ends by itself, without a word in the live stream. */
const AGAIN_MS = 10_000

const CONSOLE = 'console'

/** Under `alarms`, so that whatever changes an alarm asks anew. */
const floodsQuery = {
  queryKey: ['alarms', 'floods'],
  queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
    (await get<{ floods: readonly FloodView[] }>('/alarms?limit=1', signal)).floods,
  refetchInterval: AGAIN_MS,
}

/** Says while more comes than people can read: at which desk, since when, and how much is held back. */
export function FloodBanner() {
  const { data: floods = [] } = useQuery(floodsQuery)
  return (
    <output>
      {floods.map((flood) => (
        <Flood key={flood.desk} flood={flood} />
      ))}
    </output>
  )
}

function Flood({ flood }: { readonly flood: FloodView }) {
  const { alarms, kpis, why } = useMessages()
  const format = useFormat()
  const { data: desks = [] } = useQuery(desksQuery)
  const { desk, since, held } = flood
  const known = desks.find(({ id }) => id === desk)
  const name = known?.name ?? (desk === CONSOLE ? kpis.consoleDesk : desk)
  return (
    <p className="notice">
      <strong>{why.floodAt(name, format.time(new Date(since)))}</strong>{' '}
      {why.floodHolds(held)}{' '}
      {held > 0 && <a href="?which=suppressed">{alarms.which.suppressed}</a>}
    </p>
  )
}
