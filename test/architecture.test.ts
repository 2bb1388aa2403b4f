import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

/**
 * Who may import whom: the architecture as a table. A folder always sees itself; the words of
 * `domain` are everybody's. A folder that is not listed may not exist.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  devices: [],
  // Civil time, for all who write down times of the week.
  calendar: [],
  rules: ['calendar'],
  store: [],
  database: [],
  // The contract names devices; the libraries stay below.
  adapters: ['devices'],
  'adapters/mqtt': ['adapters'],
  'adapters/mqtt-external': ['adapters'],
  'adapters/modbus': ['adapters', 'devices'],
  'adapters/opcua': ['adapters', 'devices'],
  'adapters/http': ['adapters', 'devices'],
  alarms: ['database'],
  delivery: ['database'],
  // Who is told; the life-cycle knows it by the effect alone.
  annunciation: ['alarms', 'calendar', 'database', 'delivery'],
  backup: ['database', 'delivery', 'ingest', 'store'],
  // Cases implement the effects that alarms ask for, and put their mails into the outbox.
  privacy: ['database'],
  photos: ['database'],
  assignment: ['database'],
  // Of cases the words of the configuration alone.
  routing: ['calendar', 'cases'],
  'service-levels': ['calendar', 'cases', 'database'],
  cases: [
    'alarms',
    'assignment',
    'calendar',
    'database',
    'delivery',
    'photos',
    'privacy',
    'routing',
  ],
  // Counts; of cases the words alone.
  statistics: ['cases', 'database'],
  notices: ['database'],
  feedback: ['cases', 'database', 'privacy'],
  webhooks: ['cases', 'database', 'delivery'],
  contractors: ['cases', 'database', 'identity'],
  mailbox: ['cases', 'database', 'delivery', 'photos'],
  open311: ['cases', 'database', 'delivery', 'photos'],
  identity: ['database', 'adapters'],
  configuration: [
    'alarms',
    'annunciation',
    'calendar',
    'cases',
    'contractors',
    'database',
    'devices',
    'routing',
    'rules',
    'mailbox',
    'open311',
    'privacy',
    'service-levels',
    'webhooks',
  ],
  ingest: ['adapters', 'alarms', 'configuration', 'database', 'devices', 'rules', 'store'],
  citizen: ['cases', 'configuration'],
  inbox: ['adapters', 'database', 'devices'],
  // The tools of an integrator: what they do, without terminal or HTTP.
  workshop: ['configuration', 'database', 'devices', 'inbox', 'rules'],
  api: [
    'adapters',
    'alarms',
    'annunciation',
    'cases',
    'configuration',
    'database',
    'identity',
    'inbox',
    'ingest',
    'assignment',
    'contractors',
    'notices',
    'open311',
    'photos',
    'privacy',
    'routing',
    'service-levels',
    'statistics',
    'feedback',
    'store',
    'devices',
    'workshop',
  ],
  'api/local': [
    'annunciation',
    'api',
    'assignment',
    'cases',
    'open311',
    'privacy',
    'routing',
    'configuration',
    'database',
    'delivery',
    'devices',
    'identity',
    'inbox',
    'ingest',
    'store',
    'workshop',
  ],
  // Types alone: the console is its own program and speaks HTTP.
  console: ['alarms', 'cases', 'api'],
  cli: [
    'adapters',
    'adapters/modbus',
    'adapters/opcua',
    'api',
    'api/local',
    'assignment',
    'backup',
    'privacy',
    'configuration',
    'devices',
    'workshop',
    '.',
  ],
  gateway: [
    'adapters',
    'adapters/http',
    'adapters/modbus',
    'adapters/mqtt',
    'adapters/mqtt-external',
    'adapters/opcua',
    'configuration',
    'database',
    'devices',
    '.',
  ],
  // The root: the process and its composition, which know every part.
  '.': ['*'],
}

/** The one folder each vendor package lives in. */
const home: Readonly<Record<string, readonly string[]>> = {
  '@duckdb/node-api': ['store'],
  '@duckdb/node-bindings': ['store'],
  '@fastify/cookie': ['api'],
  '@fastify/formbody': ['api'],
  '@fastify/helmet': ['api'],
  '@fastify/multipart': ['api', 'open311'],
  '@fastify/rate-limit': ['api'],
  '@fastify/static': ['api'],
  '@fastify/swagger': ['api'],
  '@fastify/swagger-ui': ['api'],
  '@fastify/type-provider-zod': ['api', 'citizen'],
  '@node-rs/argon2': ['identity'],
  '@tanstack/react-query': ['console'],
  '@turf/boolean-point-in-polygon': ['routing'],
  '@turf/distance': ['cases', 'notices'],
  '@turf/point-to-polygon-distance': ['routing'],
  '@vitejs/plugin-react': ['console'],
  aedes: ['adapters/mqtt'],
  'cli-progress': ['cli'],
  commander: ['cli'],
  'csv-parse': ['cli'],
  'date-holidays': ['calendar'],
  'fast-xml-parser': ['open311'],
  fastify: ['adapters/http', 'api', 'api/local', 'citizen', 'open311', '.'],
  'file-type': ['photos'],
  flatbush: ['routing'],
  'ical-generator': ['notices'],
  imapflow: ['mailbox'],
  'libphonenumber-js': ['privacy'],
  mailparser: ['mailbox'],
  '@influxdata/influxdb-client': ['store'],
  influx: ['store'],
  mqtt: ['adapters/mqtt-external', 'cli'],
  'modbus-serial': ['adapters/modbus'],
  serialport: ['adapters/modbus'],
  'node-opcua': ['adapters/opcua'],
  'quickjs-emscripten-core': ['devices'],
  '@jitl/quickjs-wasmfile-release-sync': ['devices'],
  jsonata: ['devices'],
  semver: ['devices'],
  nats: ['ingest'],
  nodemailer: ['delivery'],
  pg: ['database'],
  'prom-client': ['api', '.'],
  react: ['console'],
  'react-dom': ['console'],
  'react-router': ['console'],
  'secure-json-parse': ['devices'],
  sharp: ['photos'],
  standardwebhooks: ['delivery'],
  suncalc: ['rules'],
  uplot: ['console'],
  vite: ['console', 'cli'],
  'write-excel-file': ['statistics'],
  yaml: ['configuration', '.'],
}

/** What every folder may use. */
const houseWide = new Set(['zod', 'kysely', 'pino'])

/** Whoever may look across organisations. */
const acrossOrganisations = [
  'src/assignment/run-absences.ts',
  'src/contractors/reach.ts',
  'src/database/',
  'src/identity/',
  'src/delivery/',
  'src/configuration/',
  'src/ingest/adopt/',
  'src/ingest/checkpoint.ts',
  'src/ingest/quarantine.ts',
  'src/ingest/quarantine/',
  'src/cases/',
  'src/alarms/run-timers.ts',
  'src/annunciation/',
  'src/readiness.ts',
  'src/gateway/broker-memory.ts',
]

const files = globSync('src/**/*.{ts,tsx}').toSorted()

it.each(files)('%s stays within its layer', (file) => {
  expect(violations(file)).toEqual([])
})

it.each(files)(
  '%s looks across organisations only if it is one of the few that must',
  (file) => {
    const crosses = /\.installation\b/.test(readFileSync(file, 'utf8'))
    const allowed = acrossOrganisations.some((path) => file.startsWith(path))
    expect(crosses && !allowed).toBe(false)
  },
)

it('lists no folder that is gone', () => {
  const layers = new Set(files.map((file) => layerOf(file)))
  const listed = Object.keys(mayImport)
  expect(listed.filter((layer) => !layers.has(layer))).toEqual([])
})

it('copies no absolute path and no place outside the product into the tree', () => {
  const texts = globSync(
    '{src,test,simulators,bench,crash,config,docs,bin}/**/*.{ts,tsx,md,yaml,json}',
  )
  const outside = new RegExp(['\\.\\./shared', '/(?:home|root)/[a-z]'].join('|'))
  const guilty = texts.filter(
    (file) =>
      file !== 'test/architecture.test.ts' && outside.test(readFileSync(file, 'utf8')),
  )
  expect(guilty).toEqual([])
})

function violations(file: string): string[] {
  const layer = layerOf(file)
  if (layer === undefined) return ['its folder is missing from the architecture table']
  return importsOf(file).filter((target) => !allowed(layer, file, target))
}

function allowed(layer: string, file: string, target: string): boolean {
  if (target.startsWith('node:')) return true
  if (!target.startsWith('.')) {
    const name = packageName(target)
    return houseWide.has(name) || (home[name] ?? []).some((place) => within(layer, place))
  }
  const path = relative('.', join(dirname(file), target))
  // Simulators stand beside src and are run by the commands of the demo.
  if (path.startsWith('simulators/')) return layer === 'cli'
  const other = layerOf(path)
  if (other === undefined) return false
  const seen = mayImport[layer] ?? []
  if (other === layer || other === 'domain' || seen.includes('*')) return true
  return seen.includes(other)
}

function within(layer: string, place: string): boolean {
  return layer === place || layer.startsWith(`${place}/`)
}

function packageName(target: string): string {
  const [first = '', second = ''] = target.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

function importsOf(file: string): string[] {
  const statements =
    /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(statements)].flatMap(([, one, other]) => one ?? other ?? [])
}

/** The most specific folder of the table that holds the file; a file of src itself is the root. */
function layerOf(path: string): string | undefined {
  if (/^src\/[^/]+$/.test(path)) return '.'
  return Object.keys(mayImport)
    .filter((layer) => path.startsWith(`src/${layer}/`))
    .toSorted((a, b) => b.length - a.length)
    .at(0)
}
