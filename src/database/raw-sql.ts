import type { RawNode } from 'kysely'

// Words with which an expression could reach a table by itself.
const reaching = /\b(?:select|from|join|table|with|into|insert|update|delete|merge)\b/i
// `x in t` reads the table t in SQLite; `x in (…)` does not.
const barredIn = /\bin\b(?!\s*\()/i
// Ends of statements, comments, escapes, and quotes other than '…' and "…".
const barredSigns = /;|--|\/\*|[\\$`[\]]/

/**
 * Refuses raw SQL that is more than an expression: it must be complete in itself and must not be
 * able to name a table. This stops mistakes of programmers; nothing from outside ever becomes SQL
 * text.
 */
export function assertExpression(node: RawNode): void {
  const text = node.sqlFragments.join(' ? ')
  const bare = text.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/"(?:[^"]|"")*"/g, 'x')
  const reason = whyNot(bare)
  if (reason === undefined) return
  throw new Error(
    `raw SQL inside a query of one organisation ${reason}; build it with Kysely: ${text}`,
  )
}

function whyNot(bare: string): string | undefined {
  const word = reaching.exec(bare)
  if (word !== null) return `may not say "${word[0]}"`
  if (barredIn.test(bare)) return 'may say "in" only before a parenthesis'
  const sign = barredSigns.exec(bare)
  if (sign !== null) return `may not contain ${sign[0]}`
  if (/['"]/.test(bare.replaceAll("''", ''))) return 'has a quote without its end'
  if (!isBalanced(bare)) return 'has a parenthesis without its other half'
  return undefined
}

function isBalanced(text: string): boolean {
  let depth = 0
  for (const sign of text) {
    if (sign === '(') depth += 1
    if (sign === ')') depth -= 1
    if (depth < 0) return false
  }
  return depth === 0
}
