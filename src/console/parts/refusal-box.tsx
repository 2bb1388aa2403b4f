import type { ReactNode } from 'react'
import type { Refusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'

interface RefusalBoxProps {
  readonly refusal: Refusal
  readonly retry?: () => void
  readonly busy?: boolean
  /** More that can be done about it. */
  readonly children?: ReactNode
}

/** What went wrong and what to do now; the service's own words stay in English. */
export function RefusalBox({ refusal, retry, busy = false, children }: RefusalBoxProps) {
  const messages = useMessages()
  const { kind, what, why, next, instance } = refusal.details
  const known = messages.refusals[kind]
  return (
    <div className="refusal" role="alert">
      <p>
        <strong>{known.title}.</strong> {known.next}
      </p>
      {what !== '' && (
        <p className="small" lang="en">
          {[what, why, next]
            .filter((part) => part !== undefined)
            .map(sentence)
            .join(' ')}
        </p>
      )}
      {instance !== undefined && (
        <p className="small">
          {messages.refusals.reference}: <code>{instance}</code>
        </p>
      )}
      {children}
      {retry !== undefined && (
        <button type="button" onClick={retry} disabled={busy}>
          {messages.common.retry}
        </button>
      )}
    </div>
  )
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
