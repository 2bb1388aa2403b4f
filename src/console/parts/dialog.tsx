import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useMessages } from '../messages/language.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A native modal dialog: the browser keeps the focus inside, closes on Escape and gives it back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const messages = useMessages()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children}
      {/* Last, so that the focus begins at what the dialog is for. */}
      <button type="button" className="quiet dialog-close" onClick={onClose}>
        {messages.common.close}
      </button>
    </dialog>
  )
}
