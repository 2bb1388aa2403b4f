import { Bank } from '../../src/adapters/modbus/bank.ts'
import { startModbusServer } from '../../src/adapters/modbus/server.ts'
import { systemClock } from '../../src/clock.ts'
import { MS, durationUs } from '../../src/domain/time.ts'

/**
 * Lines of simulated units in a process of their own: `node modbus-lines.process.ts LINES FIRST DEAD`,
 * where every line has the units 1 to FIRST and of those every DEADth is dead. Prints the ports.
 */
const [lines = 20, units = 25, dead = 20] = process.argv.slice(2).map(Number)

/** A serial line behind a gateway takes so long for one question and its answer. */
const answerAfter = durationUs(30 * MS)

const ports: number[] = []
for (let line = 0; line < lines; line += 1) {
  const alive = new Map<number, Bank>()
  for (let unit = 1; unit <= units; unit += 1) {
    if ((line * units + unit) % dead === 0) continue
    const bank = new Bank()
    for (let at = 0; at < 40; at += 1) {
      bank.put('holding', at, at)
      bank.put('input', at, at)
    }
    alive.set(unit, bank)
  }
  const server = await startModbusServer({
    host: '127.0.0.1',
    port: 0,
    framing: 'tcp',
    units: alive,
    fault: () => ({ kind: 'late', by: answerAfter }),
    clock: systemClock,
  })
  ports.push(server.port)
}
process.stdout.write(JSON.stringify(ports))
