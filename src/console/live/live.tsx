import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  use,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react'
import { sessionQuery } from '../api/queries.ts'
import { useSession } from '../session/session.ts'
import type { StreamOf } from './connection.ts'
import type { Freshness } from './freshness.ts'
import { LiveStore } from './live-store.ts'
import type { LastValue } from './live-values.ts'

const LiveContext = createContext<LiveStore | undefined>(undefined)

/** Keeps everything below it up to date while somebody is logged in. */
export function Live({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const { permissions } = useSession()
  const [store] = useState(
    () =>
      new LiveStore({
        client,
        streams: streamsFor(permissions),
        refused: () => {
          void client.invalidateQueries({ queryKey: sessionQuery.queryKey })
        },
      }),
  )
  useEffect(() => {
    store.start()
    return () => store.stop()
  }, [store])
  return <LiveContext value={store}>{children}</LiveContext>
}

/** Contractors hear of those they work for; who sees anything of the own organisation hears of that. */
function streamsFor(permissions: readonly string[]): readonly StreamOf[] {
  if (!permissions.includes('contractor.work')) return ['own']
  const own = permissions.includes('case.read') || permissions.includes('alarm.read')
  return own ? ['own', 'others'] : ['others']
}

export function useLive(): LiveStore {
  const store = use(LiveContext)
  if (store === undefined) throw new Error('useLive is for what is inside of <Live>')
  return store
}

export function useFreshness(): Freshness['state'] {
  const { subscribe, state } = useLive()
  return useSyncExternalStore(subscribe, state)
}

/** May anything be changed? Not on what may be long out of date. */
export function useMayChange(): boolean {
  return useFreshness() !== 'stale'
}

/** The newest values of these points, as far as they were heard of since the page was opened. */
export function useLiveValues(points: readonly number[]): ReadonlyMap<number, LastValue> {
  const store = useLive()
  const list = points.join(',')
  useEffect(() => {
    if (list === '') return undefined
    store.watch(list.split(',').map(Number))
    return () => store.watch([])
  }, [store, list])
  return useSyncExternalStore(store.subscribe, store.values)
}
