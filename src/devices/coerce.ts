/**
 * Makes of a raw value the type that was meant, where it is plain which: "12.5" and 12.5, 1 and true,
 * 5 and "5". Anything else stays as it is, to be refused as what it is.
 */
export function coercion(
  wanted: 'number' | 'boolean' | 'string' | undefined,
): (raw: unknown) => unknown {
  switch (wanted) {
    case 'number':
      return toNumber
    case 'boolean':
      return toBoolean
    case 'string':
      return (raw) =>
        typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : raw
    case undefined:
      return (raw) => raw
  }
}

function toNumber(raw: unknown): unknown {
  if (typeof raw === 'boolean') return raw ? 1 : 0
  if (typeof raw !== 'string' || raw.length > 40) return raw
  return /^\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\s*$/.test(raw) ? Number(raw) : raw
}

function toBoolean(raw: unknown): unknown {
  if (raw === 1 || raw === '1' || raw === 'true') return true
  return raw === 0 || raw === '0' || raw === 'false' ? false : raw
}
