import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeskView } from '../../api/desk-view.ts'
import { testDesk } from '../api/control-commands.ts'
import { deliveriesQuery } from '../api/control-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { targetText } from './desk-words.ts'

/** Sends a marked test to everybody a desk tells, and says how each went. */
export function DeskTest({ desk }: { readonly desk: Pick<DeskView, 'id' | 'name'> }) {
  const messages = useMessages()
  const { desks } = messages
  const mayChange = useMayChange()
  const client = useQueryClient()
  const testing = useMutation({
    mutationFn: () => testDesk(desk.id),
    onSettled: () =>
      client.invalidateQueries({ queryKey: deliveriesQuery(desk.id).queryKey }),
  })
  return (
    <>
      <div className="buttons">
        <button
          type="button"
          disabled={testing.isPending || !mayChange}
          aria-label={desks.testOf(desk.name)}
          onClick={() => testing.mutate()}
        >
          {desks.test}
        </button>
      </div>
      <output>
        {testing.isPending && <p>{desks.testing}</p>}
        {testing.data !== undefined && (
          <div className="notice">
            <p>{desks.tested}:</p>
            <ul className="plain">
              {testing.data.results.map(({ recipient, how, error }) => (
                <li key={recipient}>
                  {targetText(recipient, messages)}: <strong>{desks.how[how]}</strong>
                  {error !== null && <small lang="en"> {error}</small>}
                </li>
              ))}
            </ul>
          </div>
        )}
      </output>
      {testing.error !== null && <RefusalBox refusal={asRefusal(testing.error)} />}
    </>
  )
}
