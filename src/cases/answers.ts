import { z } from 'zod'
import type { Language } from '../domain/language.ts'
import { Problem } from '../domain/problem.ts'
import type { Category, Question } from './category.ts'
import type { NewReport } from './cases.ts'
import { printable } from './printable.ts'

type Answer = string | number | readonly string[]

/** Answers as the report keeps them: of questions with a choice, a number or a time. */
export const storedAnswers = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.array(z.string())]),
)

/** Longest answer in a person's own words. */
const WORDS_MAX = 500

export interface CheckedAnswers {
  /** Those that are no one's own words. */
  readonly stored: Readonly<Record<string, Answer>>
  /** The others, each as question and answer; they are personal data. */
  readonly words: readonly string[]
}

/**
 * The answers of a report, checked against its category's questions. Throws Problem invalid: unknown
 * question, one that must be answered, an answer of another kind, or one that means danger, which
 * carries the number to call.
 */
export function checkAnswers(
  category: Category,
  { answers = {}, language, source }: Pick<NewReport, 'answers' | 'language' | 'source'>,
): CheckedAnswers {
  const known = new Map(category.questions.map((question) => [question.code, question]))
  for (const code of Object.keys(answers)) {
    if (!known.has(code)) throw wrong(code, 'The category has no such question.')
  }
  const stored: Record<string, Answer> = {}
  const words: string[] = []
  for (const question of category.questions) {
    const given = answers[question.code]
    if (given === undefined) {
      // A partner's client knows no questions; what it leaves out is asked of the reporter.
      const must = question.required && question.answer !== 'info' && source !== 'open311'
      if (must) throw wrong(question.code, 'This question must be answered.')
      continue
    }
    const answer = checkAnswer(question, given, language)
    if (question.answer === 'text')
      words.push(`${question.text[language]}: ${String(answer)}`)
    else stored[question.code] = answer
  }
  return { stored, words }
}

function checkAnswer(question: Question, given: Answer, language: Language): Answer {
  const { code, answer } = question
  if (answer === 'one' || answer === 'several') return chosen(question, given, language)
  const plain = readers[answer](given)
  if (plain !== undefined) return plain
  throw wrong(code, wants[answer])
}

type PlainKind = Exclude<Question['answer'], 'one' | 'several'>

/** What is wanted where one does not choose. */
const wants: Readonly<Record<PlainKind, string>> = {
  info: 'There is nothing to answer.',
  number: 'The answer is a number.',
  text: `The answer is a text of at most ${WORDS_MAX} characters.`,
  time: 'The answer is a date or a time, such as 2026-11-20T14:05:00Z.',
}

/** The answer as it is kept, or undefined for one of another kind. */
const readers: Readonly<Record<PlainKind, (given: Answer) => Answer | undefined>> = {
  info: () => undefined,
  number: (given) =>
    typeof given === 'number' && Number.isFinite(given) ? given : undefined,
  text: (given) => {
    const said = typeof given === 'string' ? printable(given) : ''
    return said !== '' && said.length <= WORDS_MAX ? said : undefined
  },
  time: (given) => {
    const read = time.safeParse(given)
    return read.success ? read.data : undefined
  },
}

const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

/** One key, or several: as many as the question allows, each one of its choices. */
function chosen(
  { code, answer, choices }: Question,
  given: Answer,
  language: Language,
): Answer {
  const keys = keysOf(given)
  const enough = answer === 'one' ? keys.length === 1 : keys.length > 0
  if (!enough || new Set(keys).size !== keys.length) throw wrong(code, noChoice)
  for (const key of keys) {
    const choice = choices.find((one) => one.key === key)
    if (choice === undefined) throw wrong(code, noChoice)
    if (choice.call !== undefined) throw mustCall(code, choice.call, language)
  }
  return answer === 'one' ? (keys[0] ?? '') : keys
}

function keysOf(given: Answer): readonly string[] {
  if (typeof given === 'string') return [given]
  return typeof given === 'number' ? [] : given
}

const noChoice = 'The answer is one of the choices.'

/** A danger is called in, not reported. */
function mustCall(
  code: string,
  { phone, text }: NonNullable<Question['choices'][number]['call']>,
  language: Language,
): Problem {
  return new Problem({
    kind: 'invalid',
    what: text[language],
    where: `answers.${code}`,
    next: `Call ${phone}.`,
    facts: { call: phone, text },
  })
}

function wrong(code: string, what: string): Problem {
  return new Problem({
    kind: 'invalid',
    what,
    where: `answers.${code.slice(0, 60)}`,
    next: 'Look at the questions of the category.',
  })
}
