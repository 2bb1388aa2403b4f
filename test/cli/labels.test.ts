import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { readLabels } from '../../src/cli/rules/run-past.ts'
import { refusalOf } from '../support/problems.ts'
import { temporaryFolder } from '../support/temporary.ts'

let file = ''
beforeEach(async () => {
  const folder = await temporaryFolder()
  file = join(folder.path, 'labels.csv')
  return () => folder[Symbol.asyncDispose]()
})

async function labels(text: string | Uint8Array) {
  await writeFile(file, text)
  return await readLabels(file)
}

const from = '2026-11-20T12:00:00.000Z'
const to = '2026-11-20T13:00:00.000Z'

it.each([
  ['commas', `from,to,asset\n${from},${to},pump-1\n`],
  ['semicolons and blanks', `from; to; asset\r\n${from}; ${to}; pump-1\r\n\r\n`],
  ['tabs and a mark', `\uFEFFfrom\tto\tasset\n${from}\t${to}\tpump-1`],
  ['UTF-16', Buffer.from(`\uFEFFfrom;to;asset\n${from};${to};pump-1\n`, 'utf16le')],
])('reads times in which something was wrong: %s', async (_, text) => {
  expect(await labels(text)).toEqual([{ from, to, asset: 'pump-1' }])
})

it('needs no assets, and no labels', async () => {
  expect(await labels(`from,to\n${from},${to}\n`)).toEqual([{ from, to }])
  expect(await labels('from,to\n')).toEqual([])
  expect(await readLabels(undefined)).toEqual([])
})

it.each([
  ['a quote that does not end', `from,to\n${from},"${to}\n`, 'invalid', 'not the CSV'],
  ['a row that is too short', `from,to\n${from}\n`, 'invalid', 'not the CSV'],
  ['another column', `begin,to\n${from},${to}\n`, 'invalid', 'needs from and to'],
  ['no time', `from,to\nyesterday,${to}\n`, 'invalid', 'yesterday is no time'],
  [
    'more of them than are taken',
    `from,to\n${`${from},${to}\n`.repeat(10_001)}`,
    'too_large',
    'more than 10000',
  ],
])('refuses %s', async (_, text, kind, what) => {
  expect(await refusalOf(labels(text))).toMatchObject({
    kind,
    what: expect.stringContaining(what),
    where: expect.any(String),
    next: expect.any(String),
  })
})

it('says that there is no such file', async () => {
  expect(await refusalOf(readLabels(`${file}.away`))).toMatchObject({
    kind: 'not_found',
    where: '--labels',
  })
})
