import { expect, it } from 'vitest'
import { judgePeople, type PeopleFacts, type SentRow } from '../../crash/people-oracle.ts'

const letter: SentRow = {
  id: 'letter-1',
  kind: 'mail.case_received',
  tries: 2,
  isDelivered: true,
  report: 'report-1',
  event: 'event-1',
}
const call: SentRow = { ...letter, id: 'call-1', kind: 'webhook.case', tries: 1 }
const said = { key: 'key-1', number: 'P-1', photos: ['photo-1'], isAboutBench: true }
const report = {
  id: 'report-1',
  key: 'key-1',
  number: 'P-1',
  root: 'case-1',
  told: 1,
  photos: ['photo-1'],
}

/** One report, told of by a letter that was sent twice and a call. */
const right: PeopleFacts = {
  answered: [said],
  stored: {
    reports: [report],
    cases: [{ number: 'P-1', opened: 1 }],
    waiting: 0,
    sent: [letter, call],
    files: new Set(['photo-1.jpg', 'photo-1.small.jpg']),
  },
  letters: ['letter-1', 'letter-1'],
  calls: [{ id: 'call-1', event: 'event-1' }],
  kills: 1,
}

const { stored } = right

it('is content with each report once, and with copies that a death explains', () => {
  const { figures, findings } = judgePeople(right)
  expect(findings).toEqual([])
  expect(figures).toEqual({
    reports: 1,
    photos: 1,
    mails: 1,
    mailCopies: 1,
    calls: 1,
    callCopies: 0,
  })
})

const wrong: readonly (readonly [string, Partial<PeopleFacts>, string])[] = [
  [
    'a report that is lost',
    { stored: { ...stored, reports: [], sent: [call] }, letters: [] },
    'report key-1: there are 0 of it',
  ],
  [
    'a report that is there twice',
    { stored: { ...stored, reports: [report, report] } },
    'report key-1: there are 2 of it',
  ],
  [
    'a report under another number',
    { answered: [{ ...said, number: 'P-2' }] },
    'report key-1: is P-1 and was answered P-2',
  ],
  [
    'a report that nobody was told of',
    { stored: { ...stored, reports: [{ ...report, told: 0 }] } },
    'report key-1: 0 events tell of it',
  ],
  [
    'a report that nobody sent',
    { answered: [] },
    'nobody was answered about the report key-1',
  ],
  [
    'a photo that went to nobody',
    { stored: { ...stored, reports: [{ ...report, photos: [] }] } },
    'report key-1: has the photos  instead of photo-1',
  ],
  [
    'a photo that is not on the disk',
    { stored: { ...stored, files: new Set(['photo-1.jpg']) } },
    'report key-1: the picture of photo photo-1 is not on the disk',
  ],
  [
    'a fault with two cases',
    {
      answered: [said, { ...said, key: 'key-2' }],
      stored: {
        ...stored,
        reports: [report, { ...report, id: 'report-2', key: 'key-2', root: 'case-2' }],
        sent: [letter, { ...letter, id: 'letter-2', report: 'report-2' }, call],
      },
      letters: ['letter-1', 'letter-2'],
    },
    'one fault has 2 cases',
  ],
  [
    'a case that was opened twice',
    { stored: { ...stored, cases: [{ number: 'P-1', opened: 2 }] } },
    'case P-1 was opened 2 times',
  ],
  [
    'two cases with one number',
    { stored: { ...stored, cases: [...stored.cases, ...stored.cases] } },
    'two cases have the same number',
  ],
  [
    'a report that waits for ever',
    { stored: { ...stored, waiting: 1 } },
    '1 accepted reports were never placed',
  ],
  [
    'a report without a letter',
    { stored: { ...stored, sent: [call] }, letters: [] },
    'report key-1 is confirmed by 0 letters',
  ],
  ['a letter that was never sent', { letters: [] }, 'letter letter-1 was never sent'],
  [
    'a letter that is not delivered',
    { stored: { ...stored, sent: [{ ...letter, isDelivered: false }, call] } },
    'letter letter-1 is not delivered',
  ],
  [
    'more copies than tries',
    { letters: ['letter-1', 'letter-1', 'letter-1'] },
    'letter letter-1 was sent 3 times in 2 tries',
  ],
  ['copies without a death', { kills: 0 }, 'letter letter-1 was sent 2 times in 2 tries'],
  [
    'a letter of nobody',
    { letters: ['letter-1', 'letter-9'] },
    'a letter came that nobody wrote: letter-9',
  ],
  ['a call that was never made', { calls: [] }, 'call call-1 was never sent'],
  [
    'a call of something else',
    { calls: [{ id: 'call-1', event: 'event-9' }] },
    'call call-1 told of the event event-9',
  ],
]
it.each(wrong)('finds %s', (_, facts, finding) => {
  expect(judgePeople({ ...right, ...facts }).findings).toEqual([finding])
})
