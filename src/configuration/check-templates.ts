import {
  placeholders,
  templateFaults,
  type Template,
  type TemplateFault,
} from '../cases/template.ts'
import { language, type Language } from '../domain/language.ts'
import { mask, type MaskedKind } from '../privacy/mask.ts'
import type { Finding } from './finding.ts'
import { suggestion } from './mistake.ts'
import type { TypedObjects } from './objects.ts'

/** What is wrong with templates that their schema does not see. */
export function checkTemplates({
  template,
  organisation,
}: Pick<TypedObjects, 'template' | 'organisation'>): Finding[] {
  const spoken = [...organisation.values()].flatMap(({ languages }) => languages)
  return [...template].flatMap(([slug, one]) =>
    reasonWithoutClosing(slug, one).concat(
      textsOf(one).flatMap(({ text, path }) => checkText(text, { slug, path })),
      silentIn(slug, one, spoken),
    ),
  )
}

function textsOf({ text, mail }: Template) {
  return language.options.flatMap((tongue) => [
    { path: ['text', tongue], text: text[tongue] ?? '' },
    { path: ['mail', tongue], text: mail?.[tongue] ?? '' },
  ])
}

interface Where {
  readonly slug: string
  readonly path: readonly string[]
}

function checkText(text: string, { slug, path }: Where): Finding[] {
  const found: Finding[] = []
  const at = { kind: 'template', slug, path, part: 'value' } as const
  for (const fault of templateFaults(text)) {
    found.push({ severity: 'mistake', ...at, ...faultWords(fault) })
  }
  for (const kind of new Set(mask(text).spans.map((span) => span.kind))) {
    found.push({
      // A town hall may name its own switchboard; nobody's number of birth is in place here.
      severity: kind === 'personal_number' ? 'mistake' : 'warning',
      ...at,
      what: `this looks like ${maskedWords[kind]}`,
      why: 'everybody who gets the letter or opens the page reads it',
      next: 'leave it out unless it is the organisation’s own',
    })
  }
  return found
}

function faultWords(fault: TemplateFault): Pick<Finding, 'what' | 'why' | 'next'> {
  if (fault.kind === 'brace') {
    return { what: 'a brace stands alone', next: 'write {{ or }} where a brace is meant' }
  }
  return {
    what: `there is no placeholder {${fault.name}}`,
    why: `known: ${placeholders.join(', ')}`,
    ...suggestion(fault.name, placeholders),
  }
}

const maskedWords: Readonly<Record<MaskedKind, string>> = {
  email: 'an e-mail address',
  phone: 'a telephone number',
  personal_number: 'a personal identity number',
  number_plate: 'a number plate',
}

function reasonWithoutClosing(slug: string, { when }: Template): Finding[] {
  const { state, reason } = when
  if (reason === undefined || state === undefined || state === 'closed') return []
  return [
    {
      severity: 'mistake',
      kind: 'template',
      slug,
      path: ['when', 'reason'],
      part: 'value',
      what: 'this template is never used',
      why: `only what is closed has a reason, and the state is ${state}`,
      next: 'leave out one of the two',
    },
  ]
}

/** An automatic template says nothing to those whose language it does not speak. */
function silentIn(
  slug: string,
  { automatic, text }: Template,
  spoken: readonly Language[],
): Finding[] {
  const missing = spoken.filter((one) => text[one] === undefined)
  if (!automatic || missing.length === 0) return []
  return [
    {
      severity: 'warning',
      kind: 'template',
      slug,
      path: ['text'],
      part: 'key',
      what: `there is no text in ${missing.join(', ')}`,
      why: 'letters in that language go out without it',
    },
  ]
}
