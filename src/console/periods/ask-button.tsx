import { useState } from 'react'
import { useMayChange } from '../live/live.tsx'

/** A dialog that makes something: what it begins with while it is open, and whether it made it. */
export interface Asking<Begin> {
  /** Undefined while it is closed. */
  readonly asked: Begin | undefined
  readonly isMade: boolean
  readonly ask: (begin: Begin) => void
  readonly made: () => void
  readonly close: () => void
}

export function useAsking<Begin>(): Asking<Begin> {
  const [asked, setAsked] = useState<Begin>()
  const [isMade, setMade] = useState(false)
  return {
    asked,
    isMade,
    ask: (begin) => {
      setMade(false)
      setAsked(begin)
    },
    made: () => setMade(true),
    close: () => setAsked(undefined),
  }
}

interface AskButtonProps {
  readonly text: string
  readonly onAsk: () => void
  /** What is said once it was made. */
  readonly said: string
  readonly isMade: boolean
}

/** Opens the dialog; what came of it is said beside. */
export function AskButton({ text, onAsk, said, isMade }: AskButtonProps) {
  const mayChange = useMayChange()
  return (
    <div className="buttons">
      <button type="button" className="strong" disabled={!mayChange} onClick={onAsk}>
        {text}
      </button>
      <output>{isMade && said}</output>
    </div>
  )
}
