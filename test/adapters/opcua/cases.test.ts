import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { caseFile } from './case-file.ts'
import { startStory } from './story.ts'

const folder = join(import.meta.dirname, 'cases')

describe('a server that', () => {
  for (const quirk of readdirSync(folder).toSorted()) {
    const file = readFileSync(join(folder, quirk, 'case.yaml'), 'utf8')
    const one = caseFile.parse(parse(file))
    test(`${one.name} (${quirk})`, async () => {
      await using story = await startStory(one)
      for (const step of one.steps) await story.take(step)
      expect(story.taken).toEqual(one.steps)
    })
  }
})
