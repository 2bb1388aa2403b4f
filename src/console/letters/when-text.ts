import type { TemplatesView } from '../../api/letter-views.ts'
import type { Names } from '../cases/names.ts'
import type { Messages } from '../messages/messages.ts'

type When = Pick<
  TemplatesView['templates'][number],
  'state' | 'reason' | 'externalStatus' | 'categories'
>

/** When own words fit, in words: state, reason, what a partner says, and about what. */
export function whenText(
  { state, reason, externalStatus, categories }: When,
  {
    messages,
    names,
  }: { readonly messages: Messages; readonly names: Pick<Names, 'category'> },
): string {
  const { cases, letters } = messages
  const parts = [
    state === null ? '' : cases.states[state],
    reason === null ? '' : cases.reasons[reason],
    externalStatus === null ? '' : letters.outside(externalStatus),
    categories.map(names.category).join(', '),
  ]
  const said = parts.filter((part) => part !== '')
  return said.length === 0 ? letters.always : said.join(' · ')
}
