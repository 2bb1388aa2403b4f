/** Letters as programs of people write them, in short. Every name and address is invented. */

export const OWN = 'felanmalan@lysekil.example'

export interface LetterParts {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** A plain letter; headers replace those that are there, an empty one removes it. */
export function letter({
  headers = {},
  body = 'Lampan utanför skolan är trasig.',
}: LetterParts = {}): Buffer {
  const all: Record<string, string> = {
    From: 'Anna Ek <anna@hem.example>',
    To: OWN,
    Subject: 'Trasig lampa',
    'Message-ID': '<one@hem.example>',
    Date: 'Thu, 19 Nov 2026 14:03:00 +0100',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
    ...headers,
  }
  const lines = Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\r\n`)
  const text = typeof body === 'string' ? Buffer.from(body.replaceAll('\n', '\r\n')) : body
  return Buffer.concat([Buffer.from(lines.join('')), Buffer.from('\r\n'), text])
}

/** One of its own: its name is in its Message-ID and its subject. */
export function named(id: string, From = 'anna@hem.example'): Buffer {
  return letter({
    headers: { 'Message-ID': `<${id}@hem.example>`, Subject: `Skräp ${id}`, From },
  })
}

export interface Part {
  readonly type: string
  readonly body: Buffer | string
  readonly name?: string
}

export function multipart(
  kind: 'mixed' | 'alternative' | 'report',
  parts: readonly Part[],
): LetterParts {
  const body = parts.map(({ type, body: content, name }) => {
    const file =
      name === undefined ? '' : `Content-Disposition: attachment; filename="${name}"\r\n`
    const coded = Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
    return `--edge\r\nContent-Type: ${type}\r\n${file}Content-Transfer-Encoding: base64\r\n\r\n${coded}\r\n`
  })
  return {
    headers: { 'Content-Type': `multipart/${kind}; boundary=edge` },
    body: Buffer.from(`${body.join('')}--edge--\r\n`),
  }
}

/** Own words, then a quote as a program of this name and language adds it. */
export const quoted: readonly (readonly [program: string, text: string, own: string])[] = [
  [
    'Gmail, Swedish',
    'Den lyser fortfarande inte.\n\nDen tors 19 nov. 2026 kl 14:03 skrev Lysekils kommun <felanmalan@lysekil.example>:\n\n> Lampan är lagad.\n> Ärende LYS-2026-000001',
    'Den lyser fortfarande inte.',
  ],
  [
    'Gmail, Norwegian',
    'Den er fortsatt mørk.\n\ntor. 19. nov. 2026 kl. 14:03 skrev Kommunen <post@kommune.example>:\n\n> Lampen er reparert.',
    'Den er fortsatt mørk.',
  ],
  [
    'Gmail, English, broken over two lines',
    'Still dark.\n\nOn Thu, Nov 19, 2026 at 2:03 PM Lysekil Municipality with a long name\n<felanmalan@lysekil.example> wrote:\n\n> It is mended.',
    'Still dark.',
  ],
  [
    'Apple Mail, Swedish',
    'Tack!\n\n> 19 nov. 2026 kl. 14:03 skrev Kommunen <felanmalan@lysekil.example>:\n> \n> Lampan är lagad.',
    'Tack!',
  ],
  [
    'Apple Mail, Norwegian, telephone',
    'Takk, den lyser\n\nSendt fra min iPhone\n\n> 19. nov. 2026 kl. 14:03 skrev Kommunen <post@kommune.example>:\n> \n> Reparert.',
    'Takk, den lyser',
  ],
  [
    'Apple Mail, English',
    'Thanks\n\n> On 19 Nov 2026, at 14:03, Council <post@kommune.example> wrote:\n> \n> Mended.',
    'Thanks',
  ],
  [
    'Outlook, Swedish',
    'Hej,\nden är mörk igen.\n\nMvh Anna\n\n________________________________\nFrån: Lysekils kommun <felanmalan@lysekil.example>\nSkickat: den 19 november 2026 14:03\nTill: Anna Ek\nÄmne: Ditt ärende\n\nLampan är lagad.',
    'Hej,\nden är mörk igen.\n\nMvh Anna',
  ],
  [
    'Outlook, Norwegian',
    'Hei igjen\n\nFra: Kommunen <post@kommune.example>\nSendt: torsdag 19. november 2026 14:03\nTil: Kari\nEmne: Saken din\n\nReparert.',
    'Hei igjen',
  ],
  [
    'Outlook, English',
    'Dark again.\n\nFrom: Council <post@kommune.example>\nSent: Thursday, November 19, 2026 2:03 PM\nTo: Anna\nSubject: Your case\n\nMended.',
    'Dark again.',
  ],
  [
    'Outlook of old',
    'Mörkt igen\n\n-----Ursprungligt meddelande-----\nFrån: Kommunen\nLagad.',
    'Mörkt igen',
  ],
  [
    'Thunderbird, answers in between',
    'Kommunen skrev den 2026-11-19 14:03:\n> Vilken lampa?\nDen vid skolan.\n> Sedan när?\nI går.',
    'Den vid skolan.\nI går.',
  ],
  ['a signature', 'Trasig bänk.\n-- \nAnna Ek\nTel 0523-12 34 56', 'Trasig bänk.'],
  ['a telephone', 'Trasig bänk\n\nSkickat från min iPhone', 'Trasig bänk'],
  [
    'a letter that only passes another on',
    '---------- Forwarded message ---------\nFrån: Bo <bo@hem.example>\nDate: tors 19 nov. 2026\n\nBrunnslocket saknas.',
    '---------- Forwarded message ---------\nFrån: Bo <bo@hem.example>\nDate: tors 19 nov. 2026\n\nBrunnslocket saknas.',
  ],
  [
    'words that look like it',
    'Grannen skrev: den är trasig.\nFrån: torget till hamnen är det mörkt.',
    'Grannen skrev: den är trasig.\nFrån: torget till hamnen är det mörkt.',
  ],
]
