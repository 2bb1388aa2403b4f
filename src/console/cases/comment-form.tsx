import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { CaseDetailView } from '../../cases/views.ts'
import { sayInCase, type Said, type SaidTo } from '../api/case-commands.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { TextArea } from '../parts/text-area.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'
import { withTemplate } from './template-choice.ts'
import { Templates } from './templates.tsx'
import { Warned } from './warned.tsx'
import { warningsOf } from './warnings.ts'

const audiences: readonly SaidTo[] = ['staff', 'followers', 'public']

/** Writes into a case: among staff unless somebody else is chosen. */
export function CommentForm({ item }: { readonly item: CaseDetailView }) {
  const { cases, handling } = useMessages()
  const mayChange = useMayChange()
  const { to, setTo, text, setText, saying, refusal, warnings, sent, submit } =
    useSaying(item)
  return (
    <form onSubmit={submit}>
      <h2>{cases.write}</h2>
      {refusal !== undefined && warnings.length === 0 && (
        <MoveRefused refusal={refusal} onClose={() => saying.reset()} />
      )}
      <SelectField
        id="said-to"
        label={cases.saidTo}
        value={to}
        choices={heardBy(item).map((one) => [one, cases.audiences[one]])}
        onChoose={(chosen) => setTo(audiences.find((one) => one === chosen) ?? 'staff')}
      />
      {to !== 'staff' && (
        <Templates
          key={sent}
          id="said-template"
          item={item}
          moment={asItIs}
          onTake={(choice) => setText(withTemplate(text, choice))}
        />
      )}
      <TextArea
        id="said-text"
        label={cases.saidText}
        hint={to === 'staff' ? cases.staffTextHint : cases.publicTextHint}
        rows={3}
        required
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {warnings.length > 0 && <Warned text={text.trim()} warnings={warnings} />}
      <button type="submit" disabled={!mayChange || saying.isPending || text.trim() === ''}>
        {warnings.length > 0 ? handling.sendAnyway : cases.send}
      </button>
    </form>
  )
}

/** Of a hidden case nobody outside hears. */
function heardBy({ state }: CaseDetailView): readonly SaidTo[] {
  return state === 'hidden' ? ['staff'] : audiences
}

const asItIs = {}

function useSaying({ id, version }: CaseDetailView) {
  const refresh = useRefresh(id)
  const [to, setTo] = useState<SaidTo>('staff')
  const [text, setText] = useState('')
  const [sent, setSent] = useState(0)
  const saying = useMutation<unknown, Refusal, Said>({
    mutationFn: (said) => sayInCase(id, said),
    onSuccess: () => {
      setText('')
      setSent((count) => count + 1)
    },
    onSettled: refresh,
  })
  const refusal = saying.error === null ? undefined : asRefusal(saying.error)
  const warnings = refusal === undefined ? [] : warningsOf(refusal.details)
  // What was warned of is of the words, and of those who hear them, as they were.
  const changing =
    <Value,>(set: (value: Value) => void) =>
    (value: Value) => {
      set(value)
      if (warnings.length > 0) saying.reset()
    }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const unlessWarned = warnings.length === 0
    saying.mutate({ version, to, text: text.trim(), unlessWarned })
  }
  return {
    to,
    setTo: changing(setTo),
    text,
    setText: changing(setText),
    saying,
    refusal,
    warnings,
    /** How often something was sent. */
    sent,
    submit,
  }
}
