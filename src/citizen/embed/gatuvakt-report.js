/*
 * <gatuvakt-report organisation="lysekil" category="light-out" asset="lamp-17" language="sv">
 *
 * The citizen pages on a page of the municipality's own: a frame as high as what stands in it.
 * Emits `gatuvakt:reported` with `detail.number` and `detail.follow`, the address of the report's
 * page, which is a secret of whoever reported (null when the same form was sent before).
 * The organisation must name the site under `embeddedBy`. Needs no style and no script of others.
 */

/** Where this script came from, so where the pages are. */
const service = new URL(import.meta.url).origin

/** Height while nothing is known of the page, and the tallest that a page may ask for, in px. */
const UNKNOWN = '60rem'
const TALLEST = 20_000
/** A page that has not answered by then tells nothing of itself, in ms. */
const SILENT = 1_000

const titles = {
  sv: 'Felanmälan',
  nb: 'Meld fra om feil',
  en: 'Report a fault',
}

class GatuvaktReport extends HTMLElement {
  static observedAttributes = ['organisation', 'category', 'asset', 'language']

  #frame = document.createElement('iframe')
  #hear = (event) => this.#heard(event)
  #silence
  #pages = 0
  #number

  constructor() {
    super()
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true })
    const { style } = this.#frame
    style.display = 'block'
    style.width = '100%'
    style.border = '0'
    style.height = UNKNOWN
    this.#frame.addEventListener('load', () => this.#loaded())
    root.append(this.#frame)
  }

  connectedCallback() {
    if (this.style.display === '') this.style.display = 'block'
    window.addEventListener('message', this.#hear)
    this.#show()
  }

  disconnectedCallback() {
    window.removeEventListener('message', this.#hear)
    window.clearTimeout(this.#silence)
  }

  attributeChangedCallback(_name, before, after) {
    if (this.isConnected && before !== after) this.#show()
  }

  get #language() {
    const asked = this.getAttribute('language') ?? this.closest('[lang]')?.lang ?? ''
    const code = asked.slice(0, 2).toLowerCase()
    const known = code === 'no' || code === 'nn' ? 'nb' : code
    return Object.hasOwn(titles, known) ? known : undefined
  }

  #show() {
    const organisation = this.getAttribute('organisation') ?? ''
    if (!/^[a-z0-9-]{1,63}$/.test(organisation)) {
      this.#frame.removeAttribute('src')
      reportError(
        new Error('gatuvakt-report: organisation="" as in the address of its pages'),
      )
      return
    }
    this.#pages = 0
    this.#frame.title = this.title || titles[this.#language ?? 'sv']
    this.#frame.src = this.#address(organisation)
  }

  /** The form of a category, the page of a thing, or the start page. */
  #address(organisation) {
    const category = this.getAttribute('category')
    const asset = this.getAttribute('asset')
    const language = this.#language
    const query = new URLSearchParams({ embed: '1' })
    if (language !== undefined) query.set('lang', language)
    if (category) query.set('category', category)
    if (category && asset) query.set('asset', asset)
    const page = category ? '/report' : asset ? `/a/${encodeURIComponent(asset)}` : ''
    return `${service}/${organisation}${page}?${query}`
  }

  /** A new page stands in the frame: asks it for its height, and shows its beginning. */
  #loaded() {
    this.#pages += 1
    window.clearTimeout(this.#silence)
    this.#silence = window.setTimeout(() => this.#resize(UNKNOWN), SILENT)
    this.#frame.contentWindow?.postMessage({ type: 'gatuvakt:hello' }, service)
    if (this.#pages > 1 && this.getBoundingClientRect().top < 0) this.scrollIntoView()
  }

  #heard({ origin, source, data }) {
    if (origin !== service || source !== this.#frame.contentWindow) return
    if (data?.type === 'gatuvakt:height') {
      const { height } = data
      if (!Number.isFinite(height) || height <= 0) return
      window.clearTimeout(this.#silence)
      this.#resize(`${Math.min(Math.ceil(height), TALLEST)}px`)
    }
    if (data?.type === 'gatuvakt:reported') this.#reported(data)
  }

  #resize(height) {
    this.#frame.style.height = height
  }

  #reported({ number, follow }) {
    if (typeof number !== 'string' || number === this.#number) return
    this.#number = number
    const address = typeof follow === 'string' ? follow : null
    this.dispatchEvent(
      new CustomEvent('gatuvakt:reported', {
        bubbles: true,
        composed: true,
        detail: { number, follow: address },
      }),
    )
  }
}

// Twice on a page is once.
if (customElements.get('gatuvakt-report') === undefined) {
  customElements.define('gatuvakt-report', GatuvaktReport)
}
