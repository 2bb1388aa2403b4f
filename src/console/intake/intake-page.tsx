import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { caseChoicesQuery } from '../api/case-queries.ts'
import type { NewReport, Receipt } from '../api/take-report.ts'
import { useMessages } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { IntakeForm } from './intake-form.tsx'
import { TakenDown } from './taken-down.tsx'

interface Taken {
  readonly receipt: Receipt
  readonly report: NewReport
  /** It is said, and the next one may come. */
  readonly isSaid: boolean
}

/** Takes reports down for those who call or come, one after another. */
export function IntakePage() {
  const { intake } = useMessages()
  const query = useQuery(caseChoicesQuery)
  const [taken, setTaken] = useState<Taken>()
  return (
    <>
      <Heading text={intake.title} />
      {taken === undefined || taken.isSaid ? (
        <Loaded query={query}>
          {(choices) => (
            <IntakeForm
              // The next one comes the same way.
              source={taken?.report.source ?? 'phone'}
              choices={choices}
              onTaken={(receipt, report) => setTaken({ receipt, report, isSaid: false })}
            />
          )}
        </Loaded>
      ) : (
        <TakenDown
          receipt={taken.receipt}
          isClosed={taken.report.answered !== undefined}
          onNext={() => setTaken({ ...taken, isSaid: true })}
        />
      )}
    </>
  )
}
