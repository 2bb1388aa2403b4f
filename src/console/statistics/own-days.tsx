import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import type { StatisticsGroup } from '../../statistics/views.ts'
import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { isRange, searchOf, type Days } from './range.ts'

interface OwnDaysProps {
  /** Those that are shown now. */
  readonly days: Days
  readonly by: StatisticsGroup
}

/** Any two days instead of a ready-made range. */
export function OwnDays({ days: { first, last }, by }: OwnDaysProps) {
  const { statistics } = useMessages()
  const navigate = useNavigate()
  const [days, setDays] = useState<Days>({ first, last })
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setWrong(!isRange(days))
    if (isRange(days)) void navigate({ search: searchOf(days, by) }, { replace: true })
  }
  return (
    <form className="own-days" onSubmit={submit} noValidate>
      {(['first', 'last'] as const).map((end) => (
        <Field
          key={end}
          id={`days-${end}`}
          type="date"
          label={statistics[end]}
          wrong={wrong && end === 'last' ? statistics.badRange : undefined}
          value={days[end]}
          onChange={(event) => setDays({ ...days, [end]: event.currentTarget.value })}
        />
      ))}
      <button type="submit">{statistics.show}</button>
    </form>
  )
}
