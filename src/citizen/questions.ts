import { z } from 'zod'
import { checkAnswers } from '../cases/answers.ts'
import type { Category, Question } from '../cases/category.ts'
import type { NewReport } from '../cases/cases.ts'
import type { Language } from '../domain/language.ts'
import { Problem } from '../domain/problem.ts'

/** Question → what was typed, or the keys that were chosen; exactly as it came. */
export type TypedAnswers = ReadonlyMap<string, readonly string[]>

/** What is wrong with an answer. `danger`: what was chosen is called in, not reported. */
export type AnswerError =
  | { readonly kind: 'missing' | 'number' | 'text' | 'time' | 'choice' }
  | { readonly kind: 'danger'; readonly phone: string; readonly text: string }

export interface ReadAnswers {
  readonly answers: NonNullable<NewReport['answers']>
  /** Question → what is wrong, in the order of the form. */
  readonly wrong: ReadonlyMap<string, AnswerError>
}

/** Longest answer that is kept, so that the error can show it. */
const VALUE_MAX = 2_000

const typed = z
  .string()
  .transform((text) => text.slice(0, VALUE_MAX))
  .catch('')
const fields = z.record(z.string(), z.unknown()).catch({})

/** Name and id of the field of a question. */
export function answerField(code: string): `answer-${string}` {
  return `answer-${code}`
}

/** Name of the box of one choice, where several may be chosen. */
export function choiceField(code: string, key: string): string {
  return `${answerField(code)}.${key}`
}

/** What a body says to the questions of a category; of others nothing. */
export function typedAnswers(
  body: unknown,
  questions: Category['questions'],
): TypedAnswers {
  const sent = fields.parse(body ?? {})
  const of = (name: string) => (Object.hasOwn(sent, name) ? typed.parse(sent[name]) : '')
  return new Map(
    questions.map(({ code, answer, choices }) => {
      if (answer !== 'several') return [code, filled(of(answerField(code)))]
      const keys = choices.map(({ key }) => key)
      return [code, keys.filter((key) => of(choiceField(code, key)) !== '')]
    }),
  )
}

function filled(text: string): readonly string[] {
  return text.trim() === '' ? [] : [text]
}

/** The answers as a report has them, each checked as the report will be. */
export function readAnswers(
  category: Category,
  given: TypedAnswers,
  language: Language,
): ReadAnswers {
  const answers: Record<string, string | number | readonly string[]> = {}
  const wrong = new Map<string, AnswerError>()
  for (const question of category.questions) {
    const answer = answerOf(question, given.get(question.code) ?? [])
    const error = errorOf(category, question, { answer, language })
    if (error !== undefined) wrong.set(question.code, error)
    else if (answer !== undefined) answers[question.code] = answer
  }
  return { answers, wrong }
}

type Answer = string | number | readonly string[]

function answerOf({ answer }: Question, said: readonly string[]): Answer | undefined {
  const [only] = said
  if (only === undefined || answer === 'info') return undefined
  if (answer === 'several') return said
  return answer === 'number' ? numberOf(only) : only.trim()
}

/** With a decimal comma or point; NaN, which no question takes, for anything else. */
function numberOf(text: string): number {
  const plain = text
    .trim()
    .replaceAll(/[\s\u00a0]/g, '')
    .replace(',', '.')
  return /^[-+]?\d{1,12}(?:\.\d{1,9})?$/.test(plain) ? Number(plain) : Number.NaN
}

/** Each question alone, so that every mistake is told and not the first alone. */
function errorOf(
  category: Category,
  question: Question,
  {
    answer,
    language,
  }: { readonly answer: Answer | undefined; readonly language: Language },
): AnswerError | undefined {
  const { code } = question
  try {
    checkAnswers(
      { ...category, questions: [question] },
      {
        language,
        source: 'web',
        ...(answer !== undefined && { answers: { [code]: answer } }),
      },
    )
    return undefined
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (answer === undefined) return { kind: 'missing' }
    return dangerOf(error) ?? { kind: mistakes[question.answer] }
  }
}

const mistakes = {
  text: 'text',
  number: 'number',
  time: 'time',
  one: 'choice',
  several: 'choice',
  info: 'choice',
} as const satisfies Record<Question['answer'], AnswerError['kind']>

const call = z.object({ call: z.string() })

/** Whom to call about what was chosen; undefined for another refusal. */
function dangerOf({ details }: Problem): AnswerError | undefined {
  const found = call.safeParse(details.facts)
  return found.success
    ? { kind: 'danger', phone: found.data.call, text: details.what }
    : undefined
}
