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
