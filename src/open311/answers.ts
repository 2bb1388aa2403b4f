import type { Category, Question } from '../cases/category.ts'
import { Problem } from '../domain/problem.ts'
import type { Parameters } from './parameters.ts'

/** An answer as cases keep it. */
type Answer = string | number | readonly string[]

/** As long as cases keep them. */
const LONGEST_ANSWER = 500

/**
 * Answers to the questions of a category. What nobody asked is left out. Throws Problem invalid that
 * names the attribute: one that is required and missing, or one that says what cannot be.
 */
export function readAnswers(
  { questions }: Pick<Category, 'questions'>,
  given: Parameters,
): Readonly<Record<string, Answer>> {
  const answers: Record<string, Answer> = {}
  for (const question of questions) {
    if (question.answer === 'info') continue
    const answer = answerTo(question, given.get(question.code) ?? [])
    if (answer !== undefined) answers[question.code] = answer
    else if (question.required) throw missing(question)
  }
  return answers
}

function answerTo(question: Question, values: readonly string[]): Answer | undefined {
  const [value] = values
  if (value === undefined) return undefined
  switch (question.answer) {
    case 'number': {
      const number = Number(value.replace(',', '.'))
      if (!Number.isFinite(number)) throw wrong(question, 'is no number')
      return number
    }
    case 'one':
      return chosen(question, value)
    case 'several': {
      const keys = values.flatMap((one) => (isKey(question, one) ? [one] : one.split(',')))
      return [...new Set(keys.map((key) => chosen(question, key.trim())))]
    }
    case 'text':
    case 'time':
    case 'info':
      if (value.length > LONGEST_ANSWER) throw wrong(question, 'is too long')
      return value
  }
}

function chosen(question: Question, key: string): string {
  if (isKey(question, key)) return key
  throw wrong(question, 'is none of its values')
}

function isKey({ choices }: Question, text: string): boolean {
  return choices.some(({ key }) => key === text)
}

function missing({ code }: Question): Problem {
  return new Problem({
    kind: 'invalid',
    what: `attribute[${code}] was not provided`,
    where: `attribute[${code}]`,
    next: 'Answer what the service definition marks as required',
  })
}

function wrong({ code }: Question, why: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `attribute[${code}] ${why}`,
    where: `attribute[${code}]`,
    next: 'The service definition says what it may be',
  })
}
