import { useMutation, useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { CaseDetailView } from '../../cases/views.ts'
import type { SharingView } from '../../contractors/views.ts'
import { shareReporter } from '../api/case-commands.ts'
import { sharingQuery } from '../api/case-queries.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { TextArea } from '../parts/text-area.tsx'
import { useCan } from '../session/session.ts'
import { useRefresh } from './refresh.ts'
import { useNames } from './use-names.ts'

/** Whether the contractor of a case knows who reported it, and the way to let it know or no longer. */
export function Sharing({ item }: { readonly item: CaseDetailView }) {
  const { handling } = useMessages()
  const mayShare = useCan('case.person.share')
  const names = useNames()
  const { data = null } = useQuery(sharingQuery(item.id))
  if (data === null) return undefined
  const who = names.contractor(data.contractor)
  const { title, shared, unshared, neverShared } = handling.sharing
  return (
    <section aria-labelledby="sharing">
      <h2 id="sharing">{title}</h2>
      <p>
        <output>{data.shown ? shared(who) : unshared(who)}</output>{' '}
        {!data.mayShow && neverShared}
      </p>
      {mayShare && data.mayShow && <ShareForm item={item} sharing={data} />}
    </section>
  )
}

interface ShareFormProps {
  readonly item: CaseDetailView
  readonly sharing: SharingView
}

function ShareForm({ item: { id }, sharing: { shown } }: ShareFormProps) {
  const { handling, common } = useMessages()
  const { share, unshare, reason, reasonHint } = handling.sharing
  const mayChange = useMayChange()
  const refresh = useRefresh(id)
  const [words, setWords] = useState('')
  const changing = useMutation<unknown, Refusal, { show: boolean; reason: string }>({
    mutationFn: (asked) => shareReporter(id, asked),
    onSuccess: () => setWords(''),
    onSettled: refresh,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    changing.mutate({ show: !shown, reason: words.trim() })
  }
  const lacks = !shown && words.trim() === ''
  return (
    <form onSubmit={submit}>
      {changing.error !== null && <RefusalBox refusal={asRefusal(changing.error)} />}
      <TextArea
        id="sharing-reason"
        label={shown ? `${reason} (${common.optional})` : reason}
        hint={reasonHint}
        rows={2}
        required={!shown}
        maxLength={500}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <button type="submit" disabled={!mayChange || changing.isPending || lacks}>
        {shown ? unshare : share}
      </button>
    </form>
  )
}
