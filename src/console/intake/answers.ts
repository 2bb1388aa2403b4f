import type { Question } from '../../cases/category.ts'
import type { LocalText } from '../../domain/language.ts'
import type { NewReport } from '../api/take-report.ts'
import { instantOf } from '../format/civil-time.ts'
import type { WrongIntake } from '../messages/messages-intake.ts'

/** Question → what was typed, or the keys that were chosen. */
export type TypedAnswers = Readonly<Record<string, readonly string[]>>

/** What must be mended: the id of its field, and of a question its text. */
export interface Mistake {
  readonly field: string
  readonly kind: WrongIntake
  readonly question?: LocalText
}

type Answer = NonNullable<NewReport['answers']>[string]

/** Id of the field of a question. */
export function answerField(code: string): string {
  return `intake-answer-${code}`
}

/** Of the choices that were made, the one that is called in and not reported; undefined for none. */
export function dangerOf(
  { choices }: Question,
  said: readonly string[],
): NonNullable<Question['choices'][number]['call']> | undefined {
  return choices.find(({ key, call }) => call !== undefined && said.includes(key))?.call
}

/** The answers as the service takes them, and what must be mended of them. Pure. */
export function readAnswers(
  questions: readonly Question[],
  typed: TypedAnswers,
  zone: string,
): {
  readonly answers: Readonly<Record<string, Answer>>
  readonly wrong: readonly Mistake[]
} {
  const answers: Record<string, Answer> = {}
  const wrong: Mistake[] = []
  for (const question of questions) {
    const { code, text, required } = question
    const said = (typed[code] ?? []).map((one) => one.trim()).filter((one) => one !== '')
    const add = (kind: Mistake['kind']) =>
      wrong.push({ field: answerField(code), kind, question: text })
    if (question.answer === 'info') continue
    if (said.length === 0) {
      if (required) add('missing')
      continue
    }
    const answer = answerOf(question, said, zone)
    if (dangerOf(question, said) !== undefined) add('danger')
    else if (answer === undefined) add(question.answer === 'number' ? 'number' : 'time')
    else answers[code] = answer
  }
  return { answers, wrong }
}

/** Undefined for what is no number and no time. */
function answerOf(
  { answer }: Question,
  said: readonly string[],
  zone: string,
): Answer | undefined {
  const [only = ''] = said
  switch (answer) {
    case 'number':
      return numberIn(only)
    case 'time':
      return instantOf(only, zone)?.toISOString()
    case 'several':
      return [...said]
    case 'one':
    case 'text':
    case 'info':
      return only
  }
}

/** With a decimal comma or point. */
function numberIn(text: string): number | undefined {
  const plain = text.replaceAll(/\s/g, '').replace(',', '.')
  return /^[-+]?\d{1,12}(?:\.\d{1,9})?$/.test(plain) ? Number(plain) : undefined
}
