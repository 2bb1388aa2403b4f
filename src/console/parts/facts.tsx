import type { ReactNode } from 'react'

/** A list of names and what they are; a fact without anything to say is left out. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [string, ReactNode])[]
}) {
  const said = facts.filter(([, what]) => what !== null && what !== false && what !== '')
  return (
    <dl className="facts">
      {said.map(([name, what]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}
