import type { ReactNode } from 'react'
import type { Refusal, RefusalDetails } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'

interface RefusalBoxProps {
  readonly refusal: Refusal
  readonly retry?: () => void
  readonly busy?: boolean
  /** Says it better than the words for its kind do, in the language of the reader. */
  readonly said?: string | undefined
  /** More that can be done about it. */
  readonly children?: ReactNode
}

/** What went wrong and what to do now; the service's own words stay in English. */
export function RefusalBox({
  refusal,
  said,
  retry,
  busy = false,
  children,
}: RefusalBoxProps) {
  const messages = useMessages()
  const { kind, instance } = refusal.details
  const { title, next } = messages.refusals[kind]
  return (
    <div className="refusal" role="alert">
      {said === undefined ? (
        <>
          <p>
            <strong>{title}.</strong> {next}
          </p>
          <OwnWords details={refusal.details} />
        </>
      ) : (
        <p>
          <strong>{said}</strong>
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

function OwnWords({ details }: { readonly details: RefusalDetails }) {
  const { what, why, next } = details
  if (what === '') return null
  return (
    <p className="small" lang="en">
      {[what, why, next]
        .filter((part) => part !== undefined)
        .map(sentence)
        .join(' ')}
    </p>
  )
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
