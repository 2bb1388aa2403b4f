import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link, useLocation } from 'react-router'
import { setPassword } from '../api/commands.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import type { Messages } from '../messages/messages.ts'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { Field } from '../parts/field.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { fieldText } from './field-text.ts'
import { Threshold } from './threshold.tsx'

const SHORTEST = 12

/** Sets a password with the token behind the # of a one-time link, which no server log ever sees. */
export function SetPasswordPage() {
  const { password: messages, login } = useMessages()
  const token = useLocation().hash.slice(1)
  const [wrong, setWrong] = useState<readonly (readonly [string, string])[]>([])
  const saving = useMutation({
    mutationFn: (password: string) => setPassword(token, password),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const first = fieldText(data, 'new-password')
    const found = check(first, fieldText(data, 'repeated-password'), messages)
    setWrong(found)
    if (found.length === 0) saving.mutate(first)
  }
  const wrongWith = (id: string) => wrong.find(([field]) => field === id)?.[1]
  if (token === '') return <Threshold title={messages.title}>{messages.noToken}</Threshold>
  if (saving.isSuccess) {
    return (
      <Threshold title={messages.title}>
        <output>{messages.done}</output>
        <p>
          <Link to="/">{messages.toLogin}</Link>
        </p>
      </Threshold>
    )
  }
  return (
    <Threshold title={messages.title}>
      <ErrorSummary title={login.errors} errors={wrong} />
      {saving.error !== null && wrong.length === 0 && (
        <RefusalBox refusal={asRefusal(saving.error)} />
      )}
      <form onSubmit={submit} noValidate>
        <Field
          id="new-password"
          type="password"
          label={messages.first}
          hint={messages.hint}
          wrong={wrongWith('new-password')}
          autoComplete="new-password"
          minLength={SHORTEST}
          maxLength={256}
        />
        <Field
          id="repeated-password"
          type="password"
          label={messages.second}
          wrong={wrongWith('repeated-password')}
          autoComplete="new-password"
          maxLength={256}
        />
        <button type="submit" className="strong" disabled={saving.isPending}>
          {messages.submit}
        </button>
      </form>
    </Threshold>
  )
}

function check(
  first: string,
  second: string,
  messages: Messages['password'],
): readonly (readonly [string, string])[] {
  if (first.length < SHORTEST) return [['new-password', messages.tooShort]]
  return first === second ? [] : [['repeated-password', messages.different]]
}
