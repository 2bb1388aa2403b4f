import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useSearchParams } from 'react-router'
import { logIn, type Credentials } from '../api/commands.ts'
import { sessionQuery } from '../api/queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { Field } from '../parts/field.tsx'
import { keep, kept } from '../parts/kept.ts'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { fieldText } from './field-text.ts'
import { Threshold } from './threshold.tsx'

const KEPT = 'gatuvakt.organisation'
const names = ['organisation', 'email', 'password'] as const

/** Organisation, e-mail address and password. */
export function LoginPage() {
  const messages = useMessages().login
  const [query] = useSearchParams()
  const [missing, setMissing] = useState<readonly (typeof names)[number][]>([])
  const login = useLogin()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const written = credentialsOf(event.currentTarget)
    const absent = names.filter((name) => written[name] === '')
    setMissing(absent)
    if (absent.length === 0) login.mutate(written)
  }
  const wrong = (name: (typeof names)[number]) =>
    missing.includes(name) ? messages.missing[name] : undefined
  return (
    <Threshold title={messages.title}>
      <ErrorSummary
        title={messages.errors}
        errors={missing.map((name) => [name, messages.missing[name]])}
      />
      {login.error !== null && missing.length === 0 && (
        <RefusalBox refusal={asRefusal(login.error)} />
      )}
      <form onSubmit={submit} noValidate>
        <Field
          id="organisation"
          label={messages.organisation}
          hint={messages.organisationHint}
          wrong={wrong('organisation')}
          autoComplete="organization"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={query.get('organisation') ?? kept(KEPT) ?? ''}
        />
        <Field
          id="email"
          type="email"
          label={messages.email}
          wrong={wrong('email')}
          autoComplete="username"
        />
        <Field
          id="password"
          type="password"
          label={messages.password}
          wrong={wrong('password')}
          autoComplete="current-password"
        />
        <button type="submit" className="strong" disabled={login.isPending}>
          {messages.submit}
        </button>
      </form>
    </Threshold>
  )
}

function useLogin() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: logIn,
    onSuccess: (session) => {
      keep(KEPT, session.organisation.id)
      // What somebody else saw on this screen is not the next one's.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      client.setQueryData(sessionQuery.queryKey, session)
    },
  })
}

function credentialsOf(form: HTMLFormElement): Credentials {
  const data = new FormData(form)
  return {
    organisation: fieldText(data, 'organisation').trim().toLowerCase(),
    email: fieldText(data, 'email').trim(),
    password: fieldText(data, 'password'),
  }
}
