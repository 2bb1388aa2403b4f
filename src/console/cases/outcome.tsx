import type { Given } from '../api/case-commands.ts'
import { useMessages } from '../messages/language.tsx'
import { useNames } from './use-names.ts'

/** What came of the last thing that was done on this page, as far as the case itself does not show it. */
export type Outcome =
  | { readonly kind: 'given'; readonly given: Given; readonly asked: string | null }
  | { readonly kind: 'corrected'; readonly unit: string | null }
  | { readonly kind: 'forwarded' }

/** Is always there, so that those who hear the page are told when something comes into it. */
export function OutcomeBox({ outcome }: { readonly outcome: Outcome | undefined }) {
  return (
    <output>
      {outcome !== undefined && (
        <span className="notice one-line">
          <OutcomeText outcome={outcome} />
        </span>
      )}
    </output>
  )
}

function OutcomeText({ outcome }: { readonly outcome: Outcome }) {
  const { handling } = useMessages()
  const names = useNames()
  switch (outcome.kind) {
    case 'given':
      return <GivenText {...outcome} />
    case 'corrected':
      return outcome.unit === null
        ? handling.inTriage
        : handling.corrected(names.unit(outcome.unit))
    case 'forwarded':
      return handling.forwardedTo
  }
}

/** Who has it now. Where that is not who was asked for, why. */
function GivenText({ given, asked }: Extract<Outcome, { kind: 'given' }>) {
  const { cases, handling } = useMessages()
  const names = useNames()
  const { unit, person, because } = given
  if (given.toTriage) return handling.tooOften
  const queue = unit === null ? handling.inTriage : handling.inQueue(names.unit(unit))
  const others = because.filter(({ verdict }) => verdict !== 'chosen')
  return (
    <>
      {person === null && asked !== null && `${handling.nobodyFree} `}
      {person === null ? queue : cases.events.assigned(names.person(person))}
      {person !== null &&
        given.for !== null &&
        ` ${cases.events.standsFor(names.person(given.for))}`}
      {asked !== null &&
        asked !== person &&
        others.map((one) => (
          <span key={one.person} className="one-line small">
            {names.person(one.person)}: {handling.verdicts[one.verdict]}
          </span>
        ))}
    </>
  )
}
