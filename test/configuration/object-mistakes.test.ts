import { describe, expect, it } from 'vitest'
import { mistakesIn, townFile } from './town.ts'

/** The rule of the town with a group to raise it and another to clear it. */
function onGroups(edge: string, members: string): readonly [string, string] {
  return [
    'condition: { kind: threshold, role: power, below: 5 }',
    `condition: ${groupOf('FEEDS', 'Streetlight', 'below: 5')}
    clearWhen: ${groupOf(edge, members, 'above: 9')}`,
  ]
}
function groupOf(edge: string, members: string, limit: string): string {
  return `{ kind: group, edge: ${edge}, members: ${members}, value: mean, role: power, ${limit} }`
}
const otherGroup =
  'rules/lights.yaml:7:16: clearWhen is a map of keys and values (expected groups with the edge and the type of members that those of condition have)'

describe('an object that is not as it should be', () => {
  const table: Record<string, [files: Record<string, string | undefined>, string[]]> = {
    'a misspelt key': [
      townFile('rules/lights.yaml', 'onDelay:', 'onDelaj:'),
      ['rules/lights.yaml:7:5: the key "onDelaj" is unknown here; did you mean "onDelay"?'],
    ],
    'a misspelt key inside the condition, of the right kind of condition': [
      townFile('rules/lights.yaml', 'timeout: 10m', 'timeot: 10m'),
      [
        'rules/lights.yaml:13:32: the key "timeot" is unknown here; did you mean "timeout"?',
      ],
    ],
    'a key that is nothing like any': [
      townFile('cases.yaml', 'email:', 'colour:'),
      [
        'cases.yaml:2:25: the key "colour" is unknown here (known here: name, email, parent, members, contract)',
      ],
    ],
    'a missing key': [
      townFile('rules/lights.yaml', '    priority: 3\n', ''),
      ['rules/lights.yaml:2:3: priority is missing (expected a number)'],
    ],
    'a text in too few languages': [
      townFile('rules/lights.yaml', ', nb: Mørk', ''),
      ['rules/lights.yaml:3:5: name.nb is missing (expected a text)'],
    ],
    'a number out of range': [
      townFile('rules/lights.yaml', 'priority: 3', 'priority: 9'),
      ['rules/lights.yaml:4:15: priority is 9 (expected at most 4)'],
    ],
    'a duration in words': [
      townFile('rules/lights.yaml', 'onDelay: 1m', 'onDelay: 1 minute'),
      [
        'rules/lights.yaml:7:14: onDelay is "1 minute" (expected a duration such as 30s, 10m, 2h or 1h30m)',
      ],
    ],
    'a delay before now': [
      townFile('rules/lights.yaml', 'onDelay: 1m', 'onDelay: -1m'),
      [
        'rules/lights.yaml:7:14: onDelay is "-1m" (expected a duration such as 30s, 10m, 2h or 1h30m)',
      ],
    ],
    'a delay of ten years': [
      townFile('rules/lights.yaml', 'onDelay: 1m', 'onDelay: 3650d'),
      ['rules/lights.yaml:7:14: onDelay is "3650d" (expected at most 366 days)'],
    ],
    'a delay of more digits than a number has': [
      townFile('rules/lights.yaml', 'onDelay: 1m', `onDelay: ${'9'.repeat(400)}d`),
      [
        'rules/lights.yaml:7:14: onDelay is "99999999999999999999999999999999999999999999999999999999… (expected at most 366 days)',
      ],
    ],
    'a window of nothing': [
      townFile(
        'rules/lights.yaml',
        'kind: threshold, role: power, below: 5',
        'kind: flatline, role: power, window: 0s',
      ),
      ['rules/lights.yaml:6:55: condition.window is "0s" (expected longer than 0s)'],
    ],
    'a window of ten years': [
      townFile(
        'rules/lights.yaml',
        'kind: threshold, role: power, below: 5',
        'kind: flatline, role: power, window: 3650d',
      ),
      ['rules/lights.yaml:6:55: condition.window is "3650d" (expected at most 366 days)'],
    ],
    'a limit that no number is': [
      townFile('rules/lights.yaml', 'below: 5', 'below: 1e999'),
      [
        'rules/lights.yaml:6:55: 1e999 cannot be kept exactly as a number; put it in quotes if it is a name',
      ],
    ],
    'a limit that is a text': [
      townFile('rules/lights.yaml', 'below: 5', 'below: "5,0"'),
      [
        'rules/lights.yaml:6:55: condition.below is "5,0" (expected a number or a map of keys and values)',
      ],
    ],
    'a condition that is nested without end': [
      townFile(
        'rules/lights.yaml',
        '{ kind: threshold, role: power, below: 5 }',
        `${'{ kind: not, of: '.repeat(40)}{ kind: threshold, role: power, below: 5 }${' }'.repeat(40)}`,
      ),
      [
        'rules/lights.yaml:6:381: nested deeper than 24 levels',
        'rules/lights.yaml:6:390: nested deeper than 24 levels',
      ],
    ],
    'a duration without a unit': [
      townFile('rules/lights.yaml', 'onDelay: 1m', 'onDelay: 60'),
      ['rules/lights.yaml:7:14: onDelay is 60 (expected a text); put it in quotes'],
    ],
    'a kind of condition that is not there': [
      townFile('rules/lights.yaml', 'kind: threshold', 'kind: treshold'),
      [
        'rules/lights.yaml:6:24: condition.kind is "treshold" (expected one of threshold, levels, outside, state, rateOfChange, flatline, deviation, baseline, discrepancy, countInWindow, runTime, forecast, dark, during, noData, all, any, oneOf, firstKnown, not, nOfM, lately, group); did you mean "threshold"?',
      ],
    ],
    'both limits': [
      townFile('rules/lights.yaml', 'below: 5', 'below: 5, above: 9'),
      [
        'rules/lights.yaml:6:16: condition is a map of keys and values (expected exactly one of above and below)',
      ],
    ],
    'an end on other members than the alarm': [
      townFile('rules/lights.yaml', ...onGroups('CONTAINS', 'Streetlight')),
      [otherGroup],
    ],
    'an end on members of another type': [
      townFile('rules/lights.yaml', ...onGroups('FEEDS', 'Pump')),
      [otherGroup],
    ],
    'an end on the same members': [
      townFile('rules/lights.yaml', ...onGroups('FEEDS', 'Streetlight')),
      [],
    ],
    'a misspelt branch of a choice': [
      townFile('rules/lights.yaml', 'slugs:', 'slugz:'),
      ['rules/lights.yaml:12:15: the key "slugz" is unknown here; did you mean "slugs"?'],
    ],
    'yes for a truth value': [
      townFile('assets.yaml', 'public: true', 'public: yes'),
      ['assets.yaml:9:13: public is "yes" (expected true or false); write true'],
    ],
    'a place off the earth': [
      townFile('assets.yaml', 'lat: 58.35', 'lat: 158.35'),
      ['assets.yaml:6:19: place.lat is 158.35 (expected at most 90)'],
    ],
    'an edge that does not exist': [
      townFile('assets.yaml', 'edge: FEEDS', 'edge: FEED'),
      [
        'assets.yaml:11:17: parents[0].edge is "FEED" (expected one of FEEDS, CONTAINS, COMM_VIA, PROCESS); did you mean "FEEDS"?',
      ],
    ],
    'an attribute that is a list': [
      townFile('assets.yaml', 'public: true', 'attributes: { poles: [1] }'),
      [
        'assets.yaml:9:26: attributes.poles is a list (expected a text or a number or true or false)',
      ],
    ],
    'a slug with capitals': [
      townFile('assets.yaml', 'cabinet-1:', 'Cabinet_1:'),
      [
        'assets.yaml:2:3: "Cabinet_1" is not a slug (expected lower-case letters, digits and hyphens, at most 63)',
        'assets.yaml:11:31: there is no asset "cabinet-1"',
        'assets.yaml:16:31: there is no asset "cabinet-1"',
      ],
    ],
    'an object that is only a word': [
      townFile('cases.yaml', /\{ name: Light, .*\}/, 'Light'),
      ['cases.yaml:2:10: this is "Light" (expected a map of keys and values)'],
    ],
    'a kind of object that is not there': [
      { 'more.yaml': 'asets: {}\n' },
      [
        'more.yaml:1:1: the key "asets" is unknown here (known here: organisation, areas, units, service-levels, categories, templates, contracts, routes, connections, assets, devices, rules, users, partners, webhooks, mailboxes, retention, channels, rotas, desks); did you mean "assets"?',
      ],
    ],
    'a list where slugs should be': [
      { 'more.yaml': 'assets:\n  - name: x\n' },
      ['more.yaml:1:1: assets is not a map (expected asset slugs, each with what it is)'],
    ],
    'a file that is a list': [
      { 'more.yaml': '- a\n' },
      [
        'more.yaml:1:1: the file is not a map of keys and values (expected organisation, areas, units, service-levels, categories, templates, contracts, routes, connections, assets, devices, rules, users, partners, webhooks, mailboxes, retention, channels, rotas, desks at the top)',
      ],
    ],
    'a time zone that is not there': [
      townFile('organisation.yaml', 'Europe/Stockholm', 'Europe/Strandköping'),
      [
        'organisation.yaml:1:40: timezone is "Europe/Strandköping" (expected a time zone such as Europe/Stockholm)',
      ],
    ],
    'a role that nobody has': [
      townFile('users.yaml', '[administrator]', '[administrater]'),
      [
        expect.stringMatching(
          /^users\.yaml:2:55: roles\[0\] is "administrater" \(expected one of .*\); did you mean "administrator"\?$/,
        ) as string,
      ],
    ],
    'an address that is none': [
      townFile('users.yaml', 'Ada@north.example', 'ada'),
      ['users.yaml:2:28: email is "ada" (expected an e-mail address)'],
    ],
    'a point with a name that cannot be': [
      townFile('device-types/acme-slc/type.yaml', 'level:', 'Level 2:'),
      [
        'device-types/acme-slc/type.yaml:7:3: the key "Level 2" is not allowed here (expected a name such as power or p1.running)',
      ],
    ],
    'a rename of nothing sensible': [
      townFile('cases.yaml', 'name: Light,', 'name: Light, was: [x],'),
      [
        'cases.yaml:2:30: was does not name a former unit (expected the slug it had before)',
      ],
    ],
    'a rename of the organisation': [
      townFile('organisation.yaml', 'name: North', 'name: North, was: south'),
      [
        'organisation.yaml:1:30: the key "was" is unknown here (known here: name, timezone, holidays, languages, open311, embeddedBy)',
      ],
    ],
  }
  it.each(Object.entries(table))('%s', (_, [files, mistakes]) => {
    expect(mistakesIn(files)).toEqual(mistakes)
  })
})
