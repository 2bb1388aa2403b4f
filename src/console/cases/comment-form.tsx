import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { CaseDetailView } from '../../cases/views.ts'
import { sayInCase, type SaidTo } from '../api/commands.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'

const audiences: readonly SaidTo[] = ['staff', 'followers', 'public']

/** Writes into a case: among staff unless somebody else is chosen. */
export function CommentForm({ item }: { readonly item: CaseDetailView }) {
  const { cases } = useMessages()
  const mayChange = useMayChange()
  const refresh = useRefresh(item.id)
  const [to, setTo] = useState<SaidTo>('staff')
  const [text, setText] = useState('')
  const saying = useMutation<unknown, Refusal, undefined>({
    mutationFn: () => sayInCase(item.id, { version: item.version, to, text: text.trim() }),
    onSuccess: () => setText(''),
    onSettled: refresh,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    saying.mutate(undefined)
  }
  return (
    <form onSubmit={submit}>
      <h2>{cases.write}</h2>
      {saying.error !== null && (
        <MoveRefused refusal={asRefusal(saying.error)} onClose={() => saying.reset()} />
      )}
      <div className="field">
        <label htmlFor="said-to">{cases.saidTo}</label>
        <select
          id="said-to"
          value={to}
          onChange={(event) => {
            const chosen = event.currentTarget.value
            setTo(audiences.find((one) => one === chosen) ?? 'staff')
          }}
        >
          {audiences.map((one) => (
            <option key={one} value={one}>
              {cases.audiences[one]}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="said-text">{cases.saidText}</label>
        <p className="hint" id="said-hint">
          {to === 'staff' ? cases.staffTextHint : cases.publicTextHint}
        </p>
        <textarea
          id="said-text"
          aria-describedby="said-hint"
          rows={3}
          required
          maxLength={2_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <button type="submit" disabled={!mayChange || saying.isPending || text.trim() === ''}>
        {cases.send}
      </button>
    </form>
  )
}
