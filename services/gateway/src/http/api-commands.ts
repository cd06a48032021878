/** Officers' commands over HTTP: what a body must hold. */

import type { OfficerCommand } from '@tocsin/core/domain/feed.ts'
import { severities } from '@tocsin/core/domain/severity.ts'
import { z } from 'zod'
import type { Commands } from '../commands.ts'
import { Problem } from '../problem.ts'
import { alarmField, messageField } from './fields.ts'
import type { Routes } from './routes.ts'

const id = z.string().regex(/^[A-Za-z0-9._-]{8,64}$/, 'not 8 to 64 letters, digits, dots, hyphens, underscores')
const alarm = alarmField
const message = messageField
const words = z.string().trim().min(1).max(2_000)

const command = z.discriminatedUnion('command', [
  z.strictObject({
    id,
    command: z.literal('acknowledge'),
    alarm,
    severity: z.enum(severities).nullable(),
    revision: z.int().nonnegative(),
  }),
  z.strictObject({ id, command: z.literal('unacknowledge'), alarm, why: words }),
  z.strictObject({ id, command: z.literal('comment'), alarm, text: words }),
  z.strictObject({ id, command: z.literal('request-broadcast'), alarm }),
  z.strictObject({ id, command: z.literal('approve'), message }),
  z.strictObject({ id, command: z.literal('reject'), message, why: words }),
  z.strictObject({ id, command: z.literal('stop-broadcast'), message, why: words }),
]) satisfies z.ZodType<OfficerCommand>

export function addCommandRoute(routes: Routes, commands: Commands): void {
  routes.post('/api/commands', command, async (officer, asked, reply) => {
    const result = await commands.submit(officer, asked)
    if (!(result instanceof Problem)) reply.code(202)
    return result
  })
}
