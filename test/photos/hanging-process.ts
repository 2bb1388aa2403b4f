/** Stands for an encoder whose decoder has a fault: what it does is the first byte of the picture. */

process.on('message', ({ id, bytes }: { id: number; bytes: Uint8Array }) => {
  const [first = 0] = bytes
  switch (first) {
    case 1:
      // Busy for ever, so that no signal but the hardest ends it.
      for (;;) if (first !== 1) return
    case 2:
      process.kill(process.pid, 'SIGSEGV')
      return
    default:
      process.send?.({
        id,
        ok: false,
        refusal: { kind: 'unknown', type: String(process.pid) },
      })
  }
})
process.send?.('ready')
