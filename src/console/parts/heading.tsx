import { useEffect, useRef } from 'react'
import { NavigationType, useNavigationType } from 'react-router'

interface HeadingProps {
  readonly text: string
  /** Stands before the name of the page in the browser's tab. */
  readonly mark?: string
}

/** The heading of a page, its title in the browser, and where the focus goes on arrival. */
export function Heading({ text, mark = '' }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const arrival = useNavigationType()
  useEffect(() => {
    // The first page of a visit begins at the top, with the way past the menu.
    if (arrival === NavigationType.Push) heading.current?.focus({ preventScroll: true })
  }, [arrival])
  return (
    <>
      <title>{`${mark}${text} – Gatuvakt`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {text}
      </h1>
    </>
  )
}
