import { pino, type Logger } from 'pino'

/** JSON lines on standard error, so that standard output stays for what a command answers. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: ['*.password', '*.secret', '*.token', '*.cookie', 'req.headers.cookie'],
    },
    pino.destination({ fd: 2, sync: true }),
  )
}
