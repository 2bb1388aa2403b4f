import { publicCategories } from '../cases/catalogue.ts'
import type { Category, Question } from '../cases/category.ts'
import type { Language } from '../domain/language.ts'
import { Problem } from '../domain/problem.ts'
import { serviceCode, type Open311Catalogue } from './config.ts'
import type { Said } from './xml.ts'

/** The question that a map layer answers by itself: which asset it is. */
export const ASSET_ATTRIBUTE = 'asset_id'

/** Words in `keywords` that FixMyStreet obeys; none of ours may say them by chance. */
const PRIVATE = 'private'

/** What citizens can report, in the order of the configuration. */
export function serviceList(
  catalogue: Open311Catalogue,
  language: Language,
): readonly Said[] {
  return publicCategories(catalogue).map(([id, one]) => service(id, one, language))
}

function service(id: string, one: Category, language: Language): Said {
  const told = {
    service_code: serviceCode(id),
    service_name: one.name[language].trim(),
    description: one.hint?.[language] ?? one.name[language],
    metadata: hasAttributes(one),
    type: 'realtime',
    keywords: one.private ? PRIVATE : null,
  }
  // An empty one would be a group without a name to FixMyStreet.
  return one.group === undefined ? told : { ...told, group: one.group }
}

/** A category by its code, with the code's id. Throws Problem not_found. */
export function serviceOf(
  catalogue: Open311Catalogue,
  code: string,
): readonly [id: string, category: Category] {
  const found = publicCategories(catalogue).find(([id]) => serviceCode(id) === code)
  if (found !== undefined) return found
  throw new Problem({
    kind: 'not_found',
    what: `service_code ${code.slice(0, 100)} was not found`,
    where: 'service_code',
    next: 'services.xml lists what there is',
  })
}

/** What must be said with a report of this kind. */
export function serviceDefinition(
  catalogue: Open311Catalogue,
  code: string,
  language: Language,
): Said {
  const [id, one] = serviceOf(catalogue, code)
  const asked = one.questions.map((question) => attribute(question, language))
  const attributes = one.assetType === undefined ? asked : [...asked, assetAttribute]
  return {
    service_code: serviceCode(id),
    attributes: attributes.map((one, at) => one(at + 1)),
  }
}

function hasAttributes({ questions, assetType }: Category): boolean {
  return questions.length > 0 || assetType !== undefined
}

const datatypes = {
  text: 'text',
  number: 'number',
  one: 'singlevaluelist',
  several: 'multivaluelist',
  time: 'datetime',
  info: 'text',
} as const satisfies Record<Question['answer'], string>

/** An attribute at its place in the list. */
type Attribute = (order: number) => Said

const assetAttribute: Attribute = (order) => ({
  variable: true,
  code: ASSET_ATTRIBUTE,
  datatype: 'string',
  required: false,
  datatype_description: null,
  order,
  description: ASSET_ATTRIBUTE,
  automated: 'hidden_field',
})

function attribute(question: Question, language: Language): Attribute {
  const listed = question.answer === 'one' || question.answer === 'several'
  return (order) => ({
    variable: question.answer !== 'info',
    code: question.code,
    datatype: datatypes[question.answer],
    required: question.required && question.answer !== 'info',
    datatype_description: null,
    order,
    description: question.text[language],
    ...(listed && {
      values: question.choices.map(({ key, name }) => ({ key, name: name[language] })),
    }),
  })
}
