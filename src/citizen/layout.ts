import type { OrganisationFacts } from '../cases/organisation.ts'
import { language as languages, type Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import { doorFields, type Door } from './door.ts'
import { html, type Html } from './html.ts'
import { citizenTexts, type CitizenTexts } from './texts.ts'

/** What every page needs. */
export interface Frame {
  readonly language: Language
  /** Null on the page for what does not exist at all. */
  readonly organisation: OrganisationFacts | null
  /** Address of the same page in another language; left out where that would lose what was typed. */
  readonly switchTo?: (language: Language) => string
  /** Through which door somebody came; left out: none is known. */
  readonly door?: Door
  /** Sites that may show the page in a frame; left out: none. */
  readonly embeddedBy?: readonly string[]
}

/** What the pages of an organisation need. */
export interface PageContext extends Frame {
  readonly organisation: OrganisationFacts
  readonly now: TimeUs
  readonly door: Door
}

export interface PageContent {
  readonly title: string
  readonly main: Html
}

export function textsOf({ language }: Frame): CitizenTexts {
  return citizenTexts[language]
}

/** Address of a page of the organisation in the language of the page it stands on, through the same door. */
export function address(
  { organisation, language, door }: PageContext,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const carried = { ...query, ...doorFields(door), lang: language }
  return pageAddress(`/${organisation.id}${path}`, carried)
}

/** What every form of an organisation carries: its language, and through which door somebody came. */
export function carried({ language, door }: PageContext): Html {
  const fields = Object.entries({ lang: language, ...doorFields(door) })
  return html`${fields.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )}`
}

export function pageAddress(path: string, query: Readonly<Record<string, string>>): string {
  return `${path}?${new URLSearchParams(query).toString()}`
}

/**
 * The whole document. No inline styles and no scripts, but one in a frame of another site, which
 * nothing on the page needs: it passes a content policy that allows our own alone.
 */
export function layout(frame: Frame, { title, main }: PageContent): string {
  const texts = textsOf(frame)
  const { organisation, language } = frame
  const name = organisation?.name
  const home =
    organisation === null
      ? undefined
      : pageAddress(`/${organisation.id}`, { ...framed(frame), lang: language })
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="same-origin" />
        <title>${title}${name === undefined ? '' : ` – ${name}`}</title>
        <link rel="stylesheet" href="/citizen.css" />
        ${frameScript(frame)}
      </head>
      <body>
        <a class="skip" href="#main">${texts.skip}</a>
        <header>
          <div class="band">
            ${home === undefined ? undefined : html`<a class="home" href="${home}">${name}</a>`}
            ${languageSwitch(frame)}
          </div>
        </header>
        <main id="main">${main}</main>
        <footer><p>${texts.noCookies}</p></footer>
      </body>
    </html> `.toString()
}

/** Tells the site around a frame how high the page is. */
function frameScript({ door, embeddedBy = [] }: Frame): Html | undefined {
  if (door?.source !== 'embed' || embeddedBy.length === 0) return undefined
  const sites = embeddedBy.join(' ')
  return html`<script src="/citizen-frame.js" defer data-sites="${sites}"></script>`
}

/** A page in a frame of another site leads to others there. */
export function framed({ door }: Frame): Readonly<Record<string, string>> {
  return door?.source === 'embed' ? doorFields(door) : {}
}

function languageSwitch(frame: Frame): Html | undefined {
  const { switchTo, language } = frame
  if (switchTo === undefined) return undefined
  const others = languages.options.filter((other) => other !== language)
  return html`<nav aria-label="${textsOf(frame).languages}">
    <ul class="languages">
      ${others.map(
        (other) =>
          html`<li>
            <a href="${switchTo(other)}" lang="${other}" hreflang="${other}"
              >${citizenTexts[other].languageName}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}

/** The address that a telephone calls. */
export function telephone(number: string): string {
  return `tel:${number.replaceAll(/[^\d+]/g, '')}`
}

/** The first thing on every page where somebody could be about to report a danger. */
export function dangerBox({ danger }: CitizenTexts): Html {
  return html`<section class="danger" aria-labelledby="danger">
    <h2 id="danger">${danger.title}</h2>
    <p>${danger.text}</p>
    <p><a class="call" href="tel:112">${danger.call}</a></p>
  </section>`
}
