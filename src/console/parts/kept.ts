/** A small choice that this browser keeps; undefined when there is none or it may not keep any. */
export function kept(name: string): string | undefined {
  try {
    return window.localStorage.getItem(name) ?? undefined
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}

/** Keeps it, unless the browser is full or told not to: then the choice lasts as long as the page. */
export function keep(name: string, value: string): void {
  try {
    window.localStorage.setItem(name, value)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
  }
}
