import { describe, expect, it } from 'vitest'
import { mistakeText } from '../../src/configuration/mistake.ts'
import { mistakesIn, parseTown } from './town.ts'

function warningsIn(files: Readonly<Record<string, string>>): string[] {
  const parsed = parseTown(files)
  return parsed.ok ? parsed.warnings.map(mistakeText) : ['not sound']
}

const yaml = (text: string) => ({ 'templates.yaml': `templates:\n${text}` })

const sound = yaml(`  planned:
    name: Planerat
    when: { state: planned, categories: [light-out] }
    text:
      sv: Vi byter lampan vid {place} till {date}.
      en: We change the lamp at {place} by {date}.
    automatic: true
`)

describe('templates in a configuration', () => {
  it('are taken as they are written', () => {
    expect(mistakesIn(sound)).toEqual([])
    expect(warningsIn(sound)).toEqual([])
  })

  const wrong: readonly [string, string, string[]][] = [
    [
      'a placeholder that does not exist',
      '  a: { name: A, when: { state: closed }, text: { sv: "Nu {numer}" } }\n',
      [
        'templates.yaml:2:54: there is no placeholder {numer} (known: number, category, place, organisation, unit, date, outside, reference); did you mean "number"?',
      ],
    ],
    [
      'a brace that stands alone',
      '  a: { name: A, when: { state: closed }, text: { sv: "Nu }" } }\n',
      ['templates.yaml:2:54: a brace stands alone; write {{ or }} where a brace is meant'],
    ],
    [
      'a category that does not exist',
      '  a: { name: A, when: { state: closed, categories: [light] }, text: { sv: Nu } }\n',
      ['templates.yaml:2:53: there is no category "light"'],
    ],
    [
      'a reason without closing',
      '  a: { name: A, when: { state: planned, reason: fixed }, text: { sv: Nu } }\n',
      [
        'templates.yaml:2:49: this template is never used (only what is closed has a reason, and the state is planned); leave out one of the two',
      ],
    ],
    [
      'a number of birth',
      '  a: { name: A, when: { state: closed }, text: { sv: "Fråga 811228-9874" } }\n',
      [
        'templates.yaml:2:54: this looks like a personal identity number (everybody who gets the letter or opens the page reads it); leave it out unless it is the organisation’s own',
      ],
    ],
    [
      'no moment',
      '  a: { name: A, when: {}, text: { sv: Nu } }\n',
      [
        'templates.yaml:2:23: when is a map of keys and values (expected a state, a reason or an external status)',
      ],
    ],
  ]

  it.each(wrong)('are refused with %s', (_, text, mistakes) => {
    expect(mistakesIn(yaml(text))).toEqual(mistakes)
  })

  it('are warned of where they name a telephone or are silent in a language', () => {
    const text =
      '  a: { name: A, when: { state: closed }, automatic: true, text: { sv: Ring 0523-61 30 00 } }\n'
    expect(warningsIn(yaml(text))).toEqual([
      'templates.yaml:2:59: there is no text in en (letters in that language go out without it)',
      'templates.yaml:2:71: this looks like a telephone number (everybody who gets the letter or opens the page reads it); leave it out unless it is the organisation’s own',
    ])
  })
})
