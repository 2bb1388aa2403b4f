import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type { Refusal } from '../api/refusal.ts'
import type { NewReport, Receipt, TakenFrom } from '../api/take-report.ts'
import { Warned } from '../cases/warned.tsx'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useCan } from '../session/session.ts'
import { AboutFields } from './about-fields.tsx'
import { AnswerFields } from './answer-fields.tsx'
import { Known } from './known.tsx'
import { PersonFields } from './person-fields.tsx'
import { PhotoFields } from './photo-fields.tsx'
import { PlaceFields } from './place-fields.tsx'
import { knownCaseOf, useTaking } from './use-taking.ts'

interface IntakeFormProps {
  readonly source: TakenFrom
  readonly choices: CaseChoicesView
  readonly onTaken: (receipt: Receipt, report: NewReport) => void
}

/** Everything that is asked of whoever calls; it begins in the words and is sent by keys alone. */
export function IntakeForm({ source, choices, onTaken }: IntakeFormProps) {
  const { intake, login, handling } = useMessages()
  const mayChange = useMayChange()
  // Who may not move cases may not close one, nor send photos as staff.
  const mayMove = useCan('case.move')
  const [photosBusy, setPhotosBusy] = useState(false)
  const taking = useTaking({ source, choices, onTaken })
  const { input, set, wrongOf, errors, warnings, refusal } = taking
  const form = useHands()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A report leaves with all its photos.
    if (mayChange && !photosBusy) taking.send()
  }
  const part = { input, set, wrongOf }
  return (
    <form ref={form} className="intake" onSubmit={submit} noValidate>
      <p className="hint">{intake.lead}</p>
      <ErrorSummary title={login.errors} errors={errors} />
      <AboutFields {...part} choices={choices} category={taking.category} />
      <PlaceFields {...part} />
      <Known {...part} />
      {mayMove && <PhotoFields {...part} onAdd={taking.addPhotos} onBusy={setPhotosBusy} />}
      <PersonFields {...part} />
      {mayMove && input.follows === null && <AnswerFields {...part} />}
      {refusal !== undefined && (
        <Refused refusal={refusal} onSendWithout={taking.sendWithout} />
      )}
      {warnings.length > 0 && <Warned text={input.answer.trim()} warnings={warnings} />}
      <div className="buttons">
        <button
          type="submit"
          className="strong"
          aria-keyshortcuts="Control+Enter"
          disabled={!mayChange || taking.isPending || photosBusy}
        >
          {warnings.length > 0 ? handling.sendAnyway : intake.send}
        </button>
      </div>
    </form>
  )
}

/** The hands begin in the words, for the heading took the focus on arrival, and send by keys. */
function useHands() {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    const { current } = form
    current?.querySelector('textarea')?.focus()
    current?.addEventListener('keydown', sendByKeys)
    return () => current?.removeEventListener('keydown', sendByKeys)
  }, [])
  return form
}

/** Enter alone would send what is half written. */
function sendByKeys(event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, target, currentTarget, repeat, isComposing } = event
  if (key !== 'Enter' || isComposing) return
  const asks = ctrlKey || metaKey
  // In a field for files it opens the choice of them.
  if (!asks && !(target instanceof HTMLInputElement && target.type !== 'file')) return
  event.preventDefault()
  if (asks && !repeat && currentTarget instanceof HTMLFormElement)
    currentTarget.requestSubmit()
}

interface RefusedProps {
  readonly refusal: Refusal
  readonly onSendWithout: () => void
}

/** Why it was not taken; what is typed stays. */
function Refused({ refusal, onSendWithout }: RefusedProps) {
  const { intake, cases } = useMessages()
  const known = knownCaseOf(refusal)
  const isEarlier = refusal.details.where === 'idempotencyKey'
  const said = known === undefined ? undefined : intake.isKnown(known.number)
  return (
    <RefusalBox refusal={refusal} said={isEarlier ? intake.alreadyTaken : said}>
      {known !== undefined && (
        <div className="buttons">
          <button type="button" onClick={onSendWithout}>
            {intake.sendWithout}
          </button>
          <Link to={`/cases/${known.id}`} target="_blank">
            {cases.otherCase(known.number)}
          </Link>
        </div>
      )}
    </RefusalBox>
  )
}
