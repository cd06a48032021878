/** The process's logger: JSON lines on standard error, so that standard output stays the command's own. */

import { type Logger, pino } from 'pino'

export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}
