import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import type { Service } from '../../support/services.ts'

/** A Modbus server that nobody here wrote. */
export interface Peer extends AsyncDisposable {
  /** A port, or the path of a serial line. */
  readonly at: string
  readonly version: string
}

/**
 * What every peer holds, unit 1: holding registers 0 to 9 = 100 to 109, input registers 0 and 1 = the
 * float 25.0 with the high register first, coil 2 and discrete input 3 on, nothing beyond 9.
 */
const pymodbus = `
import os, pty, sys, threading, tty, select
import pymodbus
from pymodbus.server import StartTcpServer, StartSerialServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer
from pymodbus.datastore import ModbusSequentialDataBlock as Block, ModbusSlaveContext, ModbusServerContext
how, port = sys.argv[1], int(sys.argv[2])
unit = ModbusSlaveContext(
  co=Block(0, [0, 0, 1] + [0] * 7), di=Block(0, [0, 0, 0, 1] + [0] * 6),
  hr=Block(0, list(range(100, 110))), ir=Block(0, [0x41c8, 0] + [0] * 8), zero_mode=True)
context = ModbusServerContext(slaves={1: unit}, single=False)
def ready(at):
  print(at, pymodbus.version.version.short(), flush=True)
if how == 'serial':
  (a, ours), (b, theirs) = pty.openpty(), pty.openpty()
  for fd in (a, ours, b, theirs): tty.setraw(fd)
  def bridge():
    while True:
      for fd in select.select([a, b], [], [])[0]:
        os.write(b if fd == a else a, os.read(fd, 512))
  threading.Thread(target=bridge, daemon=True).start()
  ready(os.ttyname(ours))
  StartSerialServer(context=context, framer=ModbusRtuFramer, port=os.ttyname(theirs), baudrate=19200, timeout=0.05)
else:
  ready(port)
  StartTcpServer(context=context, address=('127.0.0.1', port), framer=ModbusRtuFramer if how == 'rtu' else ModbusSocketFramer)
`

/** libmodbus, driven through its own calls: listen, accept, receive, reply. */
const libmodbus = `
import ctypes as c, socket, sys
lib = c.CDLL('libmodbus.so.5')
class Mapping(c.Structure):
  _fields_ = [(n, c.c_int) for n in ('nb', 'sb', 'ni', 'si', 'nir', 'sir', 'nr', 'sr')] + [
    ('bits', c.POINTER(c.c_uint8)), ('inputs', c.POINTER(c.c_uint8)),
    ('input_registers', c.POINTER(c.c_uint16)), ('registers', c.POINTER(c.c_uint16))]
lib.modbus_new_tcp.restype = c.c_void_p
lib.modbus_mapping_new.restype = c.POINTER(Mapping)
context = c.c_void_p(lib.modbus_new_tcp(b'127.0.0.1', int(sys.argv[2])))
mapping = lib.modbus_mapping_new(10, 10, 10, 10)
m = mapping.contents
m.bits[2] = 1
m.inputs[3] = 1
m.input_registers[0] = 0x41c8
for at in range(10): m.registers[at] = 100 + at
listening = c.c_int(lib.modbus_tcp_listen(context, 1))
v = [c.c_uint.in_dll(lib, 'libmodbus_version_' + n).value for n in ('major', 'minor', 'micro')]
print(sys.argv[2], '.'.join(map(str, v)), flush=True)
question = (c.c_uint8 * 260)()
while True:
  lib.modbus_tcp_accept(context, c.byref(listening))
  while True:
    length = lib.modbus_receive(context, question)
    if length < 0: break
    lib.modbus_reply(context, question, length, mapping)
  lib.modbus_close(context)
`

/** Debian's python3-pymodbus as a server of Modbus TCP, of a serial line behind TCP, or of a serial line. */
export function findPymodbus(how: 'tcp' | 'rtu' | 'serial'): Service<Peer> {
  const python = pythonWith('import pymodbus.server, serial')
  if (python === undefined) {
    return {
      kind: 'missing',
      why: 'python3-pymodbus, python3-serial or python3-serial-asyncio is not installed',
    }
  }
  return { kind: 'there', start: () => startPeer(python, pymodbus, how) }
}

/** Debian's libmodbus5 as a server of Modbus TCP. */
export function findLibmodbus(): Service<Peer> {
  const python = pythonWith("import ctypes; ctypes.CDLL('libmodbus.so.5')")
  if (python === undefined) {
    return { kind: 'missing', why: 'libmodbus5 or python3 is not installed' }
  }
  return { kind: 'there', start: () => startPeer(python, libmodbus, 'tcp') }
}

/** Debian's mbpoll, a client; it prints what it reads. */
export function findMbpoll(): Service<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const program = folders.map((folder) => join(folder, 'mbpoll')).find(existsSync)
  if (program === undefined) return { kind: 'missing', why: 'mbpoll is not installed' }
  return { kind: 'there', start: async () => program }
}

/** Debian's packages belong to Debian's own Python, which need not be the first on the path. */
function pythonWith(statement: string): string | undefined {
  return ['/usr/bin/python3', 'python3'].find((python) => {
    try {
      execFileSync(python, ['-c', statement], { stdio: 'ignore', timeout: 30_000 })
      return true
    } catch {
      return false
    }
  })
}

async function startPeer(python: string, program: string, how: string): Promise<Peer> {
  const child = spawn(python, ['-c', program, how, String(await freePort())], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let complaint = ''
  child.stderr.on(
    'data',
    (chunk: Buffer) => (complaint += chunk.toString().slice(0, 2_000)),
  )
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
    if (printed.includes('\n')) resolve(printed)
  })
  child.once('exit', (code) =>
    reject(new Error(`the peer ended with ${code}: ${complaint}`)),
  )
  const [at = '', version = ''] = (await promise).trim().split(' ')
  return {
    at,
    version,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
