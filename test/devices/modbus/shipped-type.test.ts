import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { deviceType } from '../../../src/devices/device-type.ts'
import { checkModbusType } from '../../../src/devices/modbus/check.ts'
import { checkVectors, vector } from '../../../src/devices/vectors.ts'

const folder = join(import.meta.dirname, '../../../config/types/fjordtek-ps-2')

test('the pumping station that we ship reads its vectors and has no mistake', async () => {
  const type = deviceType.parse(parse(readFileSync(join(folder, 'type.yaml'), 'utf8')))
  if (type.protocol !== 'modbus') throw new Error('not Modbus')
  const vectors = readdirSync(join(folder, 'vectors')).map((file) =>
    vector.parse(JSON.parse(readFileSync(join(folder, 'vectors', file), 'utf8'))),
  )
  expect(checkModbusType(type)).toEqual([])
  expect(await checkVectors(type, vectors)).toEqual([])
})
