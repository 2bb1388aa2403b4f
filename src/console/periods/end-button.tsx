import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'

interface EndButtonProps {
  readonly text: string
  /** What is ended; a screen reader says it with the text. */
  readonly of: string
  readonly end: () => Promise<unknown>
  /** What is read anew afterwards. */
  readonly queryKey: QueryKey
}

/** Ends what runs, or takes back what is to come; at once, because it can be made again. */
export function EndButton({ text, of, end, queryKey }: EndButtonProps) {
  const mayChange = useMayChange()
  const client = useQueryClient()
  const ending = useMutation({
    mutationFn: end,
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  return (
    <>
      <button
        type="button"
        disabled={ending.isPending || !mayChange}
        aria-label={`${text}: ${of}`}
        onClick={() => ending.mutate()}
      >
        {text}
      </button>
      {ending.error !== null && <RefusalBox refusal={asRefusal(ending.error)} />}
    </>
  )
}
