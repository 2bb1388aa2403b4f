import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

/** First lines of a request as they go over the wire; what comes back. */
async function wire(first: string, headers: readonly string[] = []): Promise<string> {
  const { port, host } = new URL(site.endpoint)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const lines = [first, `Host: ${host}`, 'Connection: close', ...headers]
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

const v2 = '/open311/v2'
const xml =
  /^HTTP\/1\.1 (\d+)[^]*content-type: text\/xml; charset=utf-8[^]*<errors><error><code>\1</i
const json =
  /^HTTP\/1\.1 (\d+)[^]*content-type: application\/json; charset=utf-8[^]*\[\{"code":\1,/i

/** What no route of the door ever sees. */
const lines: readonly (readonly [line: string, status: number, form: RegExp])[] = [
  [`GET ${v2}/requests/%zz.xml HTTP/1.1`, 400, xml],
  [`GET ${v2}/requests/%E0%A4%A.json HTTP/1.1`, 400, json],
  [`GET ${v2}/%c0%af.xml HTTP/1.1`, 400, xml],
  [`GET ${v2}/media/%/x.jpeg HTTP/1.1`, 400, xml],
  [`PROPFIND ${v2}/requests.xml HTTP/1.1`, 404, xml],
  [`TRACE ${v2}/requests.json HTTP/1.1`, 404, json],
  [`DELETE ${v2}/requests/1.xml HTTP/1.1`, 400, xml],
  [`POST ${v2}/services.xml HTTP/1.1`, 400, xml],
]

describe('what a server refuses before the door has seen it', () => {
  it.each(lines)('%s is %i in the words of the contract', async (line, status, form) => {
    const answer = await wire(line)
    expect(answer).toMatch(form)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  const bodies: readonly (readonly [type: string, status: number])[] = [
    ['application/json', 415],
    ['application/xml', 415],
    ['text/xml; charset=utf-8', 415],
    ['text/plain', 415],
    ['nonsense', 415],
    ['a/b; c="', 415],
    ['multipart/form-data', 400],
    ['multipart/form-data; boundary=x', 400],
    ['application/x-www-form-urlencoded; charset=latin1', 403],
  ]
  it.each(bodies)('a body that says it is %s is %i', async (type, status) => {
    const doctype = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    const headers = [`Content-Type: ${type}`, `Content-Length: ${doctype.length}`]
    const answer = await wire(`POST ${v2}/requests.xml HTTP/1.1`, [...headers, '', doctype])
    expect(answer).toMatch(xml)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })
})
