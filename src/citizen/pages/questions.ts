import type { Question } from '../../cases/category.ts'
import { html, type Html } from '../html.ts'
import { telephone, textsOf, type PageContext } from '../layout.ts'
import {
  answerField,
  choiceField,
  type AnswerError,
  type TypedAnswers,
} from '../questions.ts'
import { fieldError, type FieldError } from './errors.ts'
import { choice, described, labelled } from './fields.ts'

/** The questions of a category, with what was answered and what is wrong with it. */
export interface AskedQuestions {
  readonly questions: readonly Question[]
  readonly typed: TypedAnswers
  readonly wrong: ReadonlyMap<string, AnswerError>
}

export function questionFields(
  context: PageContext,
  { questions, typed, wrong }: AskedQuestions,
): Html {
  return html`${questions.map((question) => {
    const error = wrong.get(question.code)
    const message = error && errorMessage(context, error)
    return questionField(context, {
      question,
      said: typed.get(question.code) ?? [],
      message,
    })
  })}`
}

/** For the summary, in the order of the questions. */
export function questionErrors(
  context: PageContext,
  { wrong }: AskedQuestions,
): readonly FieldError[] {
  return [...wrong].map(([code, error]) => ({
    field: answerField(code),
    message: errorMessage(context, error),
  }))
}

function errorMessage(context: PageContext, error: AnswerError): string {
  const { form } = textsOf(context)
  return error.kind === 'danger'
    ? `${form.call(error.phone)} ${error.text}`
    : form.answers[error.kind]
}

interface Field {
  readonly question: Question
  readonly said: readonly string[]
  readonly message: string | undefined
}

function questionField(context: PageContext, field: Field): Html {
  const { question, said, message } = field
  const { code, answer, required } = question
  const label = question.text[context.language]
  const name = answerField(code)
  switch (answer) {
    case 'info':
      return html`<p>${label}</p>`
    case 'one':
    case 'several':
      return choices(context, field)
    case 'text':
      return labelled(
        context,
        { name, label, message, required },
        (common) =>
          html`<textarea${common} rows="3" maxlength="500">
${said[0]}</textarea>`,
      )
    case 'number':
      return labelled(
        context,
        { name, label, message, required },
        (common) =>
          html`<input${common} inputmode="decimal" maxlength="30" autocomplete="off" value="${said[0]}">`,
      )
    case 'time':
      return labelled(
        context,
        { name, label, message, required },
        (common) => html`<input${common} type="date" value="${said[0]}">`,
      )
  }
}

/** A danger among the choices says at once whom to call; while it is chosen the form cannot be sent. */
function choices(context: PageContext, { question, said, message }: Field): Html {
  const { form } = textsOf(context)
  const { code, answer, required } = question
  const name = answerField(code)
  const hint = answer === 'several' ? form.several : undefined
  const must = required ? form.required : form.optional
  return html`<fieldset${described(name, hint, message)}><legend class="question">${
    question.text[context.language]
  } <span class="hint">(${must})</span></legend>
${hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`}
${fieldError(name, form.errorPrefix, message)}
${question.choices.map((one, at) => {
  // The error summary leads to the first choice.
  const id = at === 0 ? name : `${name}-${one.key}`
  const common =
    answer === 'one'
      ? { type: 'radio', id, name, value: one.key }
      : { type: 'checkbox', id, name: choiceField(code, one.key), value: 'yes' }
  const stops =
    one.call === undefined ? {} : { class: 'stops', 'aria-describedby': `${id}-call` }
  return choice({ ...common, ...stops }, one.name[context.language], {
    isChosen: said.includes(one.key),
    more: one.call && callInstead(context, `${id}-call`, one.call),
  })
})}
</fieldset>`
}

function callInstead(
  context: PageContext,
  id: string,
  { phone, text }: NonNullable<Question['choices'][number]['call']>,
): Html {
  const { form } = textsOf(context)
  return html`<p class="stop" id="${id}">
    <a class="call" href="${telephone(phone)}">${form.call(phone)}</a>
    ${text[context.language]}
  </p>`
}
