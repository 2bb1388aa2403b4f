import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { openCase } from '../api/commands.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'

/** Opens a case for an alarm and goes there. */
export function OpenCase({ alarm }: { readonly alarm: string }) {
  const { alarms } = useMessages()
  const mayChange = useMayChange()
  const navigate = useNavigate()
  const client = useQueryClient()
  const opening = useMutation({
    mutationFn: () => openCase(alarm),
    onSuccess: (id) => navigate(`/cases/${id}`),
    onSettled: () =>
      Promise.all(
        [['alarms'], ['alarm', alarm], ['cases'], ['why', alarm], ['journal', alarm]].map(
          (queryKey) => client.invalidateQueries({ queryKey }),
        ),
      ),
  })
  return (
    <>
      <button
        type="button"
        disabled={opening.isPending || !mayChange}
        onClick={() => opening.mutate()}
      >
        {alarms.openCase}
      </button>
      {opening.error !== null && <RefusalBox refusal={asRefusal(opening.error)} />}
    </>
  )
}
