/** Text that is HTML already. Only the template below makes it, so nothing else goes in unescaped. */
export class Html {
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
  }

  static of(parts: readonly string[], values: readonly Content[]): Html {
    const written = values.map(write)
    return new Html(parts.map((part, at) => part + (written[at] ?? '')).join(''))
  }

  toString(): string {
    return this.#text
  }
}

/** What may stand in a template: text is escaped, nothing leaves nothing. */
export type Content = string | number | Html | undefined | null | readonly Content[]

/** HTML with every value escaped: `` html`<p>${text}</p>` ``. Attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return Html.of(parts, values)
}

function write(value: Content): string {
  if (value === undefined || value === null) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value))
  return value.map(write).join('')
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => escapes[char] ?? char)
}
