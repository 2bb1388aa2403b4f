import type { ReactNode } from 'react'
import { asRefusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from './refusal-box.tsx'

interface LoadedProps<Data> {
  /** What asks, whether for one answer or page by page. */
  readonly query: {
    readonly data: Data | undefined
    readonly error: Error | null
    readonly isFetching: boolean
    readonly refetch: () => Promise<unknown>
  }
  readonly children: (data: Data) => ReactNode
}

/** Shows what a query brought. What was shown once stays, also when it cannot be brought up to date. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const messages = useMessages()
  const { data, error, isFetching, refetch } = query
  const again = () => void refetch()
  const box = error !== null && (
    <RefusalBox refusal={asRefusal(error)} retry={again} busy={isFetching} />
  )
  if (data === undefined) return box === false ? <Loading /> : box
  return (
    <>
      {box !== false && (
        <div className="not-refreshed">
          <p>{messages.common.notRefreshed}</p>
          {box}
        </div>
      )}
      {children(data)}
    </>
  )
}

/** Shows itself only when it takes longer than a blink (styles/parts.css). */
export function Loading() {
  const messages = useMessages()
  return (
    <output className="loading">
      <span className="hidden-text">{messages.common.loading}</span>
      <span className="bone" />
      <span className="bone" />
      <span className="bone" />
    </output>
  )
}
