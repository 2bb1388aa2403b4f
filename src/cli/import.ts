import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { importAssetsAnswer, importReadingsAnswer } from '../api/local/answers.ts'
import { picture } from './apply.ts'
import { csvRows, pointMap, type CsvRow } from './csv-rows.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { startProgress } from './progress.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt import readings|assets`: what others recorded or mapped, brought in. */
export function importCommand(terminal: Terminal, finish: Run): Command {
  return new Command('import')
    .description('Bring in recorded readings or mapped assets')
    .addCommand(readings(terminal, finish))
    .addCommand(assets(terminal, finish))
}

interface ReadingsOptions {
  readonly organisation: string
  readonly device: string
  readonly time: string
  readonly timezone: string
  readonly map: string[]
  readonly json?: boolean
}

const rowsACall = 1_000

function readings(terminal: Terminal, finish: Run): Command {
  return new Command('readings')
    .description('Rows of a CSV file as readings of a device, with their own times')
    .argument('<file>', 'CSV with a header row; - for standard input')
    .requiredOption('--organisation <slug>', 'whose device it is')
    .requiredOption('--device <slug>', 'the device the rows belong to')
    .requiredOption(
      '--map <point=column...>',
      'point of the device and the column it stands in',
    )
    .option('--time <column>', 'column with the time', 'datetime')
    .option('--timezone <zone>', 'zone of times that name none', 'UTC')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt import readings rig.csv --organisation strandkoping --device rig-1 --map flow="Volume Flow RateRMS" pressure=Pressure',
    )
    .action(async (file: string, options: ReadingsOptions, command: Command) => {
      const { organisation, device } = options
      const rows = csvRows(
        {
          ...options,
          file: file === '-' ? 'standard input' : file,
          map: pointMap(options.map),
        },
        file === '-' ? terminal.input?.() : undefined,
      )
      const stored = await withLocalService(
        settings(command, terminal),
        async (service) => {
          const progress = startProgress(terminal, 'rows')
          let count = 0
          for await (const batch of batches(rows, rowsACall)) {
            const body = { organisation, device, rows: batch }
            count += (await service.post('/import-readings', body, importReadingsAnswer))
              .stored
            progress.at(count)
          }
          await service.settle()
          progress.end()
          return count
        },
      )
      terminal.out(
        options.json === true ? JSON.stringify({ stored }) : `${stored} rows are stored`,
      )
      finish(exit.ok)
    })
}

async function* batches(
  rows: AsyncIterable<CsvRow>,
  size: number,
): AsyncGenerator<CsvRow[]> {
  let batch: CsvRow[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

interface AssetsOptions {
  readonly organisation: string
  readonly type: string
  readonly id: string
  readonly name: string
  readonly owner?: string
  readonly maintainer?: string
  readonly public?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

function assets(terminal: Terminal, finish: Run): Command {
  return new Command('assets')
    .description('Points of a GeoJSON file as assets; owner and maintainer are kept apart')
    .argument('<file>', 'GeoJSON FeatureCollection of points, WGS84')
    .requiredOption('--organisation <slug>', 'whose assets they are')
    .requiredOption('--type <type>', 'asset type, for instance Streetlight')
    .option('--id <property>', 'property that names each and becomes its slug', 'id')
    .option('--name <text>', 'put in front of the id to make the name', 'Asset')
    .option('--owner <property>', 'property with the owner')
    .option('--maintainer <property>', 'property with who mends it')
    .option('--public', 'citizens may see and point at them')
    .option('--dry-run', 'show the difference and change nothing')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  gatuvakt import assets poles.geojson --organisation strandkoping --type Streetlight --name Pole --owner owner --maintainer maintainer --public --dry-run',
    )
    .action(async (file: string, options: AssetsOptions, command: Command) => {
      const answer = await withLocalService(settings(command, terminal), async (service) =>
        service.post(
          '/import-assets',
          {
            organisation: options.organisation,
            geojson: await readFile(file, 'utf8'),
            dryRun: options.dryRun ?? false,
            mapping: {
              type: options.type,
              idProperty: options.id,
              namePrefix: options.name,
              public: options.public ?? false,
              ...(options.owner !== undefined && { ownerProperty: options.owner }),
              ...(options.maintainer !== undefined && {
                maintainerProperty: options.maintainer,
              }),
            },
          },
          importAssetsAnswer,
        ),
      )
      const bad = answer.bad.map(({ index, what }) => `  feature ${index ?? '-'}: ${what}`)
      terminal.out(
        options.json === true
          ? JSON.stringify(answer)
          : [...bad, bad.length > 0 ? 'nothing was imported' : picture(answer)].join('\n'),
      )
      finish(answer.mistakes.length + answer.bad.length > 0 ? exit.invalid : exit.ok)
    })
}
