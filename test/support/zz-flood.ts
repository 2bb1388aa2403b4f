import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createServer } from 'node:net'
import pino from 'pino'
import { createMqttAdapter } from '../../src/adapters/mqtt/adapter.ts'
import { systemClock } from '../../src/clock.ts'
import { connect } from 'node:net'
import { connectPacket, publishPacket, topicOf, login } from './mqtt.ts'
let waiting: (() => void)[] = []
let stored = 0, most = 0
setInterval(() => { const g = waiting; waiting = []; for (const r of g) r() }, 5)
const adapter = createMqttAdapter({ port: 0 })
const refusals: unknown[] = []
await adapter.start({ append: async () => { const { promise, resolve } = Promise.withResolvers<void>(); waiting.push(resolve); most = Math.max(most, waiting.length); await promise; stored++ }, login, refuse: (r) => refusals.push(r), log: pino({ level: 'silent' }), clock: systemClock })
const { port } = adapter.address()
const qos = Number(process.argv[2] ?? 0)
const sockets = []
for (let i = 0; i < 200; i++) {
  const s = connect(port, '127.0.0.1'); sockets.push(s)
  s.write(connectPacket({ username: `lamp-${i}` }))
  await new Promise((r) => s.once('data', r))
  s.on('data', () => {}); s.on('error', () => {})
}
const floods = sockets.map((_, i) => Buffer.concat(Array.from({ length: 800 }, (_, k) => publishPacket(topicOf(`lamp-${i}`), `{"p":${k}}`, { qos, id: k + 1 }))))
const d = monitorEventLoopDelay({ resolution: 5 }); d.enable()
const t = performance.now()
sockets.forEach((s, i) => s.write(floods[i]!))
const iv = setInterval(() => { console.log((performance.now() - t).toFixed(), stored, waiting.length, adapter.health().detail, (d.max / 1e6).toFixed(), most, refusals.length); if (stored >= 160000 || performance.now() - t > 15000) process.exit() }, 500)
