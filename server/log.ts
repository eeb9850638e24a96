import { pino } from 'pino'
import type { Log } from '../workflows/runtime/ports.ts'

/** Names of fields that never reach a log line, at any depth that our own records have. */
const secrets = [
  'password',
  'token',
  'csrf',
  'capability',
  'secret',
  'cookie',
  'authorization',
  'phone',
  '*.password',
  '*.token',
  '*.csrf',
  '*.capability',
  '*.secret',
  '*.cookie',
  '*.authorization',
  '*.phone',
]

/** Structured lines on standard error, so that standard output keeps the one line with the address. */
export function createLog(level: string): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secrets, censor: '[hidden]' },
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination({ dest: 2, sync: level === 'fatal' }),
  )
  return {
    info: (event, fields = {}) => logger.info({ event, ...fields }),
    warn: (event, fields = {}) => logger.warn({ event, ...fields }),
    error: (event, fields = {}) => logger.error({ event, ...fields }),
  }
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
