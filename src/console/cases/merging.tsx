import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import type { CaseDetailView } from '../../cases/views.ts'
import { caseNumbered, mergeCase, unmergeCase } from '../api/case-commands.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'

interface MergingProps {
  readonly item: CaseDetailView
  readonly mayMerge: boolean
}

/** What a case was merged into or holds, and the way in and out. */
export function Merging({ item, mayMerge }: MergingProps) {
  const { cases } = useMessages()
  const open = item.mergedInto === null && item.closedAt === null
  return (
    <>
      {item.mergedInto !== null && <Lies item={item} mayMerge={mayMerge} />}
      {item.merged.length > 0 && (
        <>
          <h2>{cases.mergedHere}</h2>
          <ul className="plain columns">
            {item.merged.map(({ id, number }) => (
              <li key={id}>
                <Link to={`/cases/${id}`}>{number}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
      {mayMerge && open && <MergeForm item={item} />}
    </>
  )
}

function Lies({ item, mayMerge }: MergingProps) {
  const { cases } = useMessages()
  const mayChange = useMayChange()
  const refresh = useRefresh(item.id)
  const undoing = useMutation<unknown, Refusal, undefined>({
    mutationFn: () => unmergeCase(item.id, item.version),
    onSettled: refresh,
  })
  return (
    <div className="notice">
      <p>
        {cases.liesIn} <Link to={`/cases/${item.mergedInto}`}>{cases.otherOne}</Link>
      </p>
      {undoing.error !== null && (
        <MoveRefused refusal={asRefusal(undoing.error)} onClose={() => undoing.reset()} />
      )}
      {mayMerge && (
        <button
          type="button"
          disabled={!mayChange || undoing.isPending}
          onClick={() => undoing.mutate(undefined)}
        >
          {cases.unmerge}
        </button>
      )}
    </div>
  )
}

function MergeForm({ item }: { readonly item: CaseDetailView }) {
  const { cases } = useMessages()
  const mayChange = useMayChange()
  const refresh = useRefresh(item.id)
  const [number, setNumber] = useState('')
  const merging = useMutation<unknown, Refusal, string>({
    mutationFn: async (typed) =>
      mergeCase(item.id, { version: item.version, into: await caseNumbered(typed) }),
    onSuccess: () => setNumber(''),
    onSettled: refresh,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    merging.mutate(number)
  }
  return (
    <form onSubmit={submit}>
      <h2>{cases.merge}</h2>
      {merging.error !== null && (
        <MoveRefused refusal={asRefusal(merging.error)} onClose={() => merging.reset()} />
      )}
      <div className="field">
        <label htmlFor="merge-number">{cases.mergeNumber}</label>
        <p className="hint" id="merge-hint">
          {cases.mergeHint}
        </p>
        <input
          id="merge-number"
          aria-describedby="merge-hint"
          required
          maxLength={30}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
      </div>
      <button
        type="submit"
        disabled={!mayChange || merging.isPending || number.trim() === ''}
      >
        {cases.merge}
      </button>
    </form>
  )
}
