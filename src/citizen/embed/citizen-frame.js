/*
 * Stands in pages that another site shows in a frame, and nowhere else: tells that site how high the
 * page is, and that something was reported. It answers only sites that the organisation has named, in
 * `data-sites` of its own tag, and only once one has asked. The pages work without it.
 */
const sites = new Set((document.currentScript?.dataset.sites ?? '').split(' '))

let asked = false

function tell(parent, site) {
  const height = () => {
    const { height: page } = document.body.getBoundingClientRect()
    parent.postMessage({ type: 'gatuvakt:height', height: page }, site)
  }
  new ResizeObserver(height).observe(document.body)
  height()
  const receipt = document.querySelector('[data-number]')
  if (receipt === null) return
  const { number, follow } = receipt.dataset
  const address = follow === undefined ? null : new URL(follow, location.origin).href
  parent.postMessage({ type: 'gatuvakt:reported', number, follow: address }, site)
}

window.addEventListener('message', ({ origin, source, data }) => {
  if (source !== window.parent || !sites.has(origin)) return
  if (asked || data?.type !== 'gatuvakt:hello') return
  asked = true
  tell(window.parent, origin)
})
