/** The JSON texts of a body; or what is wrong with it as a list. */
export type Split =
  | { readonly ok: true; readonly list: boolean; readonly items: readonly string[] }
  | { readonly ok: false; readonly why: string }

/**
 * Cuts a JSON list into the texts of its items, so that each is kept exactly as it came. Anything
 * else is one item. Whether the items are JSON is not looked at: whoever reads them does.
 */
export function splitList(text: string, most: number): Split {
  const body = text.trim()
  if (!body.startsWith('[')) return { ok: true, list: false, items: [body] }
  if (!body.endsWith(']')) return { ok: false, why: 'the list is never closed' }
  const items: string[] = []
  const last = body.length - 1
  for (let start = 1; start < last;) {
    const end = endOfItem(body, start, last)
    if (end === undefined) {
      return { ok: false, why: 'something stands behind the end of the list' }
    }
    if (items.length >= most) return { ok: false, why: `it has more than ${most} items` }
    items.push(body.slice(start, end).trim())
    // A comma at the very end has an item behind it that is missing.
    if (end === last - 1) items.push('')
    start = end + 1
  }
  const isEmpty = items.length === 1 && items[0] === ''
  return { ok: true, list: true, items: isEmpty ? [] : items }
}

/** Index of the comma behind the item, or of the bracket that closes the list. */
function endOfItem(text: string, start: number, last: number): number | undefined {
  let depth = 0
  for (let at = start; at < last; at += 1) {
    const char = text[at]
    if (char === ',' && depth === 0) return at
    if (char === '"') at = closingQuote(text, at)
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    if (depth < 0) return undefined
  }
  return last
}

/** Index of the quote that closes the one at `start`, or of the text's end. */
function closingQuote(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
