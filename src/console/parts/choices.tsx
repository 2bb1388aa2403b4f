import { Link, useLocation } from 'react-router'

interface ChoicesProps<Name extends string> {
  readonly label: string
  readonly names: readonly Name[]
  /** Undefined while none of them is. */
  readonly chosen: Name | undefined
  readonly textOf: (name: Name) => string
  /** The address of each choice, relative to the page. */
  readonly search: (name: Name) => string
}

/** A few views of one page, each with an address of its own. */
export function Choices<Name extends string>(props: ChoicesProps<Name>) {
  const { label, names, chosen, textOf, search } = props
  const { pathname } = useLocation()
  return (
    <nav aria-label={label} className="choices">
      {names.map((name) => (
        <Link
          key={name}
          to={{ pathname, search: search(name) }}
          replace
          aria-current={name === chosen ? 'true' : undefined}
          preventScrollReset
        >
          {textOf(name)}
        </Link>
      ))}
    </nav>
  )
}
