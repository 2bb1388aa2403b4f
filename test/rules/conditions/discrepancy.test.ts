import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const valve = {
  kind: 'discrepancy',
  command: 'commanded',
  feedback: 'position',
  travel: '30s',
}
const COMMAND = 0
const FEEDBACK = 1

describe('a discrepancy', () => {
  it('is what still differs when the travel is over, with time alone', () => {
    const row = Row.of(valve)
    row.say(0, 0, COMMAND)
    expect(row.say(1, 0, FEEDBACK)).toBe('F')
    expect(row.say(100, 1, COMMAND)).toBe('F')
    expect(row.due(100)).toBe(130)
    expect(row.ask(129.999999)).toBe('F')
    expect(row.ask(130)).toBe('T')
    expect(row.due(130)).toBeUndefined()
    expect(row.say(140, 1, FEEDBACK)).toBe('F')
  })

  it('never begins when the feedback arrives in time, or was there before the command', () => {
    const row = Row.of(valve)
    row.say(0, 1, FEEDBACK)
    expect(row.say(100, 1, COMMAND)).toBe('F')
    expect(row.due(100)).toBeUndefined()
    expect(row.ask(200)).toBe('F')
  })

  it('begins at once when the feedback leaves its place without a command', () => {
    const row = Row.of(valve)
    row.say(0, 1, COMMAND)
    row.say(10, 1, FEEDBACK)
    expect(row.say(100, 0, FEEDBACK)).toBe('T')
  })

  it('counts the travel from the last change, not from the last word', () => {
    const row = Row.of(valve)
    row.say(0, 0, FEEDBACK)
    row.say(1, 1, COMMAND)
    expect(row.say(20, 1, COMMAND)).toBe('F')
    expect(row.say(31, 1, COMMAND)).toBe('T')
    expect(row.say(40, 2, COMMAND)).toBe('F')
    expect(row.due(40)).toBe(70)
  })

  it.each([
    { command: 50, feedback: 52, answer: 'F' },
    { command: 50, feedback: 52.1, answer: 'T' },
    { command: 'open', feedback: 'open', answer: 'F' },
    { command: 'open', feedback: 'opening', answer: 'T' },
    { command: 'open', feedback: 1, answer: 'T' },
    { command: null, feedback: 1, answer: 'U' },
    { command: 1, feedback: null, answer: 'U' },
  ])('of $command and $feedback is $answer', ({ command, feedback, answer }) => {
    const row = Row.of({ ...valve, tolerance: 2 })
    row.say(0, command, COMMAND)
    row.say(1, feedback, FEEDBACK)
    expect(row.ask(30)).toBe(answer)
  })

  it('keeps its deadline when the command was lost and says the same again', () => {
    const row = Row.of(valve)
    row.say(0, 0, FEEDBACK)
    row.say(0, 1, COMMAND)
    expect(row.say(10, null, COMMAND)).toBe('U')
    expect(row.due(10)).toBeUndefined()
    expect(row.say(20, 1, COMMAND)).toBe('F')
    expect(row.due(20)).toBe(30)
  })
})
