import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import {
  takeReport,
  type NewReport,
  type Receipt,
  type TakenFrom,
} from '../api/take-report.ts'
import { otherCaseOf } from '../cases/move-input.ts'
import { warningsOf } from '../cases/warnings.ts'
import { textIn } from '../format/format.ts'
import { useSpoken } from '../messages/language.tsx'
import { useSession } from '../session/session.ts'
import type { Mistake } from './answers.ts'
import {
  emptyIntake,
  readIntake,
  withPhotos,
  type IntakeInput,
  type TakenPhoto,
} from './intake-input.ts'

interface TakingProps {
  readonly source: TakenFrom
  readonly choices: CaseChoicesView
  readonly onTaken: (receipt: Receipt, report: NewReport) => void
}

/** What parts of the form need to show and change it. */
export interface PartProps {
  readonly input: IntakeInput
  readonly set: (change: Partial<IntakeInput>) => void
  /** What is wrong with what is in a field, by its id. */
  readonly wrongOf: (field: string) => string | undefined
}

/** The form, what was sent of it, and what came back. Nothing that is typed goes before it was taken. */
export function useTaking({ source, choices, onTaken }: TakingProps) {
  const { language } = useSpoken()
  const { timezone } = useSession().organisation
  const [input, setInput] = useState(() => emptyIntake(source, language))
  const [wrong, setWrong] = useState<readonly Mistake[]>([])
  const { taking, key } = useSending(onTaken)
  const errors = useErrors(wrong)
  const category = choices.categories.find(({ id }) => id === input.category)
  const failed = taking.error === null ? undefined : asRefusal(taking.error)
  // What was warned of is of the words as they were.
  const isSame = taking.variables?.answered?.text === input.answer.trim()
  const warnings = failed === undefined || !isSame ? [] : warningsOf(failed.details)
  const send = (what: IntakeInput) => {
    if (taking.isPending) return
    const report = readIntake(what, { category, zone: timezone, key })
    setWrong('wrong' in report ? report.wrong : [])
    if ('wrong' in report) return
    taking.mutate(looked(report, warnings.length === 0))
  }
  return {
    input,
    set: (change: Partial<IntakeInput>) => setInput((before) => ({ ...before, ...change })),
    /** Photos arrive while other things are typed. */
    addPhotos: (photos: readonly TakenPhoto[]) =>
      setInput((before) => withPhotos(before, photos)),
    wrongOf: (field: string) => errors.find(([id]) => id === field)?.[1],
    category,
    errors,
    warnings,
    refusal:
      failed === undefined || warningsOf(failed.details).length > 0 ? undefined : failed,
    isPending: taking.isPending,
    send: () => send(input),
    sendWithout: () => {
      const without = { ...input, answered: false }
      setInput(without)
      send(without)
    },
  }
}

/** Words for others are looked at before they are said. */
function looked(report: NewReport, unlessWarned: boolean): NewReport {
  const { answered } = report
  return answered === undefined
    ? report
    : { ...report, answered: { ...answered, unlessWarned } }
}

function useSending(onTaken: TakingProps['onTaken']) {
  const client = useQueryClient()
  const [key, setKey] = useState(createKey)
  const taking = useMutation<Receipt, Refusal, NewReport>({
    mutationFn: takeReport,
    // What people said of themselves stays no longer than the form.
    gcTime: 0,
    onSuccess: onTaken,
    onError: ({ details }) => {
      // What was sent before was taken down; what stands here now is one more.
      if (details.where === 'idempotencyKey') setKey(createKey())
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['cases'] }),
  })
  return { taking, key }
}

/** Names a report for as long as it is tried to be sent: 32 hexadecimal digits. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Id of the field, and what is wrong with it. */
function useErrors(wrong: readonly Mistake[]) {
  const { language, messages } = useSpoken()
  return useMemo(
    () =>
      wrong.map(({ field, kind, question }) => {
        const said = messages.intake.wrong[kind]
        return [
          field,
          question === undefined ? said : `${textIn(question, language)}: ${said}`,
        ] as const
      }),
    [wrong, messages, language],
  )
}

/** The case that it belongs to, if that is why it was not answered at once. */
export function knownCaseOf({
  details,
}: Refusal): { readonly id: string; readonly number: string } | undefined {
  return details.kind === 'conflict' && details.where === 'answered'
    ? otherCaseOf(details)
    : undefined
}
