/** An element of a page, as far as tests look at it. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly (Element | string)[]
}

const voids = new Set(['meta', 'link', 'input', 'br', 'img'])
const token =
  /<!doctype html>|<\/([a-z0-9]+)\s*>|<([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*(\/?)>|([^<]+)/gy

interface Open {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: (Element | string)[]
}

/** Reads a page strictly: throws for a stray `<`, an unquoted attribute or a tag that does not close. */
export function parsePage(page: string): Element {
  const root: Open = { name: '', attributes: new Map(), children: [] }
  const open = [root]
  token.lastIndex = 0
  while (token.lastIndex < page.length) {
    const at = token.lastIndex
    const found = token.exec(page)
    if (found === null) throw new Error(`not HTML here: ${page.slice(at, at + 80)}`)
    take(found, open)
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is never closed`)
  return root
}

/** Puts one token into the element that is open, or opens or closes one. */
function take([, closes, opens, attributes, , text]: RegExpExecArray, open: Open[]): void {
  if (text !== undefined) open.at(-1)?.children.push(decode(text))
  if (closes !== undefined && open.pop()?.name !== closes) {
    throw new Error(`</${closes}> closes nothing`)
  }
  if (opens === undefined) return
  const element = { name: opens, attributes: attributesOf(attributes ?? ''), children: [] }
  open.at(-1)?.children.push(element)
  if (!voids.has(opens)) open.push(element)
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => [name, decode(value)] as const,
  )
  const attributes = new Map(pairs)
  if (attributes.size !== pairs.length) throw new Error(`an attribute twice: ${text}`)
  return attributes
}

function decode(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

/** Every element in the page, in order. */
export function all(element: Element, ...names: readonly string[]): readonly Element[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return []
    const own = names.length === 0 || names.includes(child.name) ? [child] : []
    return [...own, ...all(child, ...names)]
  })
}

/** What can be read in it, with every run of white space as one space. */
export function textOf(element: Element): string {
  const text = element.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join(' ')
  return text.replaceAll(/\s+/g, ' ').trim()
}

export function byId(page: Element, id: string): Element {
  const found = all(page).filter(({ attributes }) => attributes.get('id') === id)
  if (found[0] === undefined || found.length > 1)
    throw new Error(`${found.length} × #${id}`)
  return found[0]
}

/** The text directly in an element, exactly as written. */
export function ownText(element: Element): string {
  return element.children.filter((child) => typeof child === 'string').join('')
}

/** What stands in a field, as a browser would send it. */
export function valueOf(element: Element): string {
  if (element.name !== 'textarea') return element.attributes.get('value') ?? ''
  // A browser drops the one line feed that follows the tag.
  return ownText(element).replace(/^\n/, '')
}
