import { describe, expect, it } from 'vitest'
import { mistakeText } from '../../src/configuration/mistake.ts'
import { parseYamlFile } from '../../src/configuration/yaml-files.ts'

function yamlMistakes(text: string, path = 'a.yaml'): string[] {
  const result = parseYamlFile(path, text)
  return result.ok ? [] : result.mistakes.map(mistakeText)
}

describe('a file that is not the YAML we take', () => {
  const table: Record<string, [text: string, mistakes: string[]]> = {
    'a bracket that is never closed': [
      'assets:\n  lamp: [1, 2\nunits: {}\n',
      [
        'a.yaml:3:1: this is not YAML (Flow sequence in block collection must be sufficiently indented and end with a ])',
      ],
    ],
    'a tab as indent': [
      'units:\n\tx: 1\n',
      ['a.yaml:2:1: a tab cannot indent in YAML; indent with spaces'],
    ],
    'a second document': [
      'units: {}\n---\nunits: {}\n',
      ['a.yaml:2:1: a second document starts here; put it into a file of its own'],
    ],
    'the same key twice': [
      'units:\n  a: { name: A }\n  a: { name: B }\n',
      ['a.yaml:3:3: the key "a" is here twice; keep one of them'],
    ],
    'the same key twice, once in quotes': [
      'x: { 7: a, "7": b }\n',
      ['a.yaml:1:12: the key "7" is here twice; keep one of them'],
    ],
    'a tag that would run code': [
      'units: !!js/function "() => 1"\n',
      [
        'a.yaml:1:22: the YAML tag tag:yaml.org,2002:js/function is refused (values say by themselves what they are); leave the tag out; a text that looks like a number goes in quotes',
      ],
    ],
    'a tag on a number': [
      'x: !!str 12\n',
      [
        'a.yaml:1:10: the YAML tag tag:yaml.org,2002:str is refused (values say by themselves what they are); leave the tag out; a text that looks like a number goes in quotes',
      ],
    ],
    'a merge key': [
      'a: &a { x: 1 }\nb:\n  <<: *a\n',
      ['a.yaml:3:3: merge keys (<<) are not understood; write the keys out'],
    ],
    'a key that would change every object': [
      'units:\n  __proto__: { admin: true }\n',
      ['a.yaml:2:3: the key "__proto__" is refused'],
    ],
    'a list as a key': ['? [a, b]\n: 1\n', ['a.yaml:1:3: a key must be a plain text']],
    'an alias without an anchor': [
      'a: *nowhere\n',
      ['a.yaml:1:4: the alias *nowhere has no anchor above it'],
    ],
    'an anchor that holds itself': [
      'a: &a [*a]\n',
      ['a.yaml:1:7: nested deeper than 24 levels'],
    ],
    'a number with too many digits': [
      'x: 12345678901234567890\n',
      [
        'a.yaml:1:4: 12345678901234567890 cannot be kept exactly as a number; put it in quotes if it is a name',
      ],
    ],
    'no number at all': [
      'x: .nan\n',
      [
        'a.yaml:1:4: .nan cannot be kept exactly as a number; put it in quotes if it is a name',
      ],
    ],
    'nesting without end': [
      `x: ${'['.repeat(30)}${']'.repeat(30)}\n`,
      ['a.yaml:1:28: nested deeper than 24 levels'],
    ],
  }
  it.each(Object.entries(table))('%s', (_, [text, mistakes]) => {
    expect(yamlMistakes(text)).toEqual(mistakes)
  })

  it('an alias bomb, before it grows', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    )
    expect(yamlMistakes(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toEqual([
      expect.stringMatching(/^a\.yaml:\d+:\d+: more than 20 aliases in one file/),
    ])
  })

  it('a hundred thousand brackets', () => {
    expect(yamlMistakes('['.repeat(100_000))).toEqual([
      expect.stringMatching(/nested too deeply to be read$/),
    ])
  })

  it('a file that is too large, unless it holds assets', () => {
    const text = `# ${'x'.repeat(300 * 1024)}\n`
    expect(yamlMistakes(text)).toEqual([
      'a.yaml:1:1: the file is larger than 256 KiB; split it; files named assets… may have 4096 KiB',
    ])
    expect(yamlMistakes(text, 'assets-old-town.yaml')).toEqual([])
  })
})

it('takes no and 007 for what they are, even in a file that calls itself YAML 1.1', () => {
  const result = parseYamlFile('a.yaml', '%YAML 1.1\n---\nno: no\n007: on\nx: 0o17\n')
  expect(result.ok && result.file.value).toEqual({ no: 'no', '007': 'on', x: 15 })
})
