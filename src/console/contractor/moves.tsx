import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'

interface MovesProps<State extends string> {
  /** Where it may be put now. */
  readonly moves: readonly State[]
  readonly textOf: (to: State) => string
  readonly move: (to: State, text: string) => Promise<unknown>
}

/** Words for the customer, and a button for each thing that may be done. */
export function Moves<State extends string>({ moves, textOf, move }: MovesProps<State>) {
  const { work } = useMessages()
  const mayChange = useMayChange()
  const client = useQueryClient()
  const field = useId()
  const [text, setText] = useState('')
  const moving = useMutation<unknown, Refusal, State>({
    mutationFn: (to) => move(to, text.trim()),
    onSuccess: () => setText(''),
    onSettled: () => client.invalidateQueries({ queryKey: ['work'] }),
  })
  if (moves.length === 0) return undefined
  return (
    <>
      {moving.error !== null && <RefusalBox refusal={asRefusal(moving.error)} />}
      <div className="field">
        <label htmlFor={field}>{work.comment}</label>
        <p className="hint" id={`${field}-hint`}>
          {work.commentHint}
        </p>
        <textarea
          id={field}
          aria-describedby={`${field}-hint`}
          rows={2}
          maxLength={2_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <div className="buttons">
        {moves.map((to) => (
          <button
            key={to}
            type="button"
            disabled={!mayChange || moving.isPending}
            onClick={() => moving.mutate(to)}
          >
            {textOf(to)}
          </button>
        ))}
      </div>
    </>
  )
}
