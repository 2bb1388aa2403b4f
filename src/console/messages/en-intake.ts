import type { IntakeMessages } from './messages-intake.ts'

export const intake: IntakeMessages = {
  title: 'Take a report down',
  lead: 'Ctrl+Enter sends it wherever you are in the form.',
  source: 'How it comes in',
  text: 'What has happened',
  textHint: 'In the words of whoever reports it, and where it is if no asset is chosen.',
  chooseCategory: 'Choose what it is about',
  chooseAnswer: 'Choose an answer',
  where: 'Where',
  address: 'Address or place in words',
  addressHint: 'For instance 12 High Street, opposite the square.',
  placeHint:
    'Degrees, for instance 58.352 and 11.436. Not needed when the asset is chosen.',
  photos: 'Photos that were sent in',
  photosHint:
    'At most five, 10 MB each. Others see them only when somebody has reviewed them.',
  photosTaken: (count) =>
    count === 1 ? 'One photo goes with the report.' : `${count} photos go with the report.`,
  who: 'Who reports it',
  wantsUpdates: 'Wants news by e-mail',
  languageHint: 'The language that news is written in.',
  callFirst: (phone) => `This is not reported here. Call ${phone} now.`,
  told: 'What we tell everybody who reports this',
  known: 'Known already',
  knownHint: 'Cases open in a new tab. Whether it is the same, you decide.',
  knownCount: (count) =>
    count === 0
      ? 'No open case nearby.'
      : `${count} open ${count === 1 ? 'case' : 'cases'} nearby.`,
  add: 'Is the same',
  joins: (number) => `The report is added to ${number}.`,
  answered: 'Answered at once',
  answeredHint: 'The case is closed when you send it.',
  send: 'Send the report',
  isKnown: (number) =>
    `This is known already and belongs to ${number}. An answer at once would answer others who wait too. Nothing is sent yet.`,
  sendWithout: 'Send it without the answer',
  alreadyTaken:
    'What you sent the last time arrived, and said something else. Look at the list of cases. If you send this again it is one more report.',
  taken: 'The report is taken down',
  isNew: 'A new case.',
  knownSince: 'Known since',
  knownBySensor: 'Found by a sensor, known since',
  closedNow: 'Answered and closed.',
  toCase: 'To the case',
  next: 'Take the next one down',
  wrong: {
    text: 'Write what has happened and where, or choose an asset',
    category: 'Choose what it is about',
    asset: 'The asset is of another kind than what is reported',
    latitude: 'Write both latitude and longitude in degrees',
    phone: 'Write the telephone number with digits',
    email: 'Write a whole e-mail address',
    reason: 'Choose why the case is closed',
    outside: 'Write who is responsible',
    answer: 'Write what you answered',
    missing: 'must be answered',
    number: 'the answer is a number',
    time: 'the answer is a time',
    danger: 'is called in, not reported',
  },
}
