import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ModbusConnection } from '../../devices/modbus/connection.ts'
import type { Clock } from '../../domain/clock.ts'

/** `127.0.0.1:502`, or the path of the serial line: as people will look for it. */
export function endpointOf(settings: ModbusConnection): string {
  if (settings.transport === 'rtu') return settings.path
  return `${settings.host}:${settings.port}`
}

/** Opens the bytes of a line. Rejects when it cannot, or not within `connectWithin`. */
export async function openStream(
  settings: ModbusConnection,
  clock: Clock,
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>()
  const stream =
    settings.transport === 'rtu'
      ? await serial(settings, resolve)
      : connect({
          host: settings.host,
          port: settings.port,
          noDelay: true,
          keepAlive: true,
        }).once('connect', () => resolve(stream))
  const cancel = clock.after(settings.connectWithin, () => {
    reject(new Error(`no connection within ${settings.connectWithin / 1_000_000} s`))
  })
  // Stays for the life of the stream: an error that nobody hears ends the process.
  stream.on('error', reject)
  try {
    return await promise
  } catch (error) {
    stream.destroy()
    throw error
  } finally {
    cancel()
  }
}

/** The native part is loaded only where there is a serial line. */
async function serial(
  settings: Extract<ModbusConnection, { transport: 'rtu' }>,
  opened: (stream: Duplex) => void,
): Promise<Duplex> {
  const { SerialPort } = await import('serialport')
  const { path, baud, parity, dataBits, stopBits } = settings
  const port = new SerialPort({
    path,
    baudRate: baud,
    parity,
    dataBits,
    stopBits,
    autoOpen: false,
  })
  port.once('open', () => opened(port))
  port.open()
  return port
}
