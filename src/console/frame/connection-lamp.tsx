import { useFormat } from '../format/use-format.ts'
import { useFreshness, useLive } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'

/** Says whether what is shown is of now. Words, not only colour. */
export function ConnectionLamp() {
  const { live } = useMessages()
  const state = useFreshness()
  return (
    <output className={`lamp lamp-${state}`}>
      <span className="hidden-text">{live.label}: </span>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r="4.5" />
        {state === 'stale' && <path d="M2 10 10 2" />}
      </svg>
      {live[state]}
    </output>
  )
}

/** Above what may be long out of date: of when it is, and that nothing can be changed now. */
export function StaleNotice() {
  const { live } = useMessages()
  const format = useFormat()
  const { signAtMs } = useLive()
  if (useFreshness() !== 'stale') return null
  return (
    <p className="stale-notice" role="alert">
      <strong>{live.dataFrom(format.time(new Date(signAtMs())))}.</strong> {live.frozen}
    </p>
  )
}
