import { useEffect, useRef } from 'react'

interface ErrorSummaryProps {
  readonly title: string
  /** Id of the field, and what is wrong with it. */
  readonly errors: readonly (readonly [string, string])[]
}

/** Everything that must be mended, with links to the fields; it takes the focus when it comes. */
export function ErrorSummary({ title, errors }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (errors.length > 0) box.current?.focus()
  }, [errors])
  if (errors.length === 0) return null
  return (
    <div className="refusal" role="alert" tabIndex={-1} ref={box}>
      <p>
        <strong>{title}</strong>
      </p>
      <ul>
        {errors.map(([id, text]) => (
          <li key={id}>
            <a href={`#${id}`} onClick={focusField(id)}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The address keeps its own #: a one-time link holds its token there. */
function focusField(id: string) {
  return (event: { preventDefault: () => void }) => {
    event.preventDefault()
    document.querySelector<HTMLElement>(`#${CSS.escape(id)}`)?.focus()
  }
}
