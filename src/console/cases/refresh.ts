import { useQueryClient } from '@tanstack/react-query'

/** Asks for everything again that shows this case. */
export function useRefresh(id: string): () => Promise<unknown> {
  const client = useQueryClient()
  return () =>
    Promise.all(
      [['case', id], ['cases'], ['duplicates'], ['asset'], ['alarms']].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    )
}

/** The same, and for the orders of every case. */
export function useRefreshOrders(id: string): () => Promise<unknown> {
  const client = useQueryClient()
  const refresh = useRefresh(id)
  return () => Promise.all([client.invalidateQueries({ queryKey: ['orders'] }), refresh()])
}
