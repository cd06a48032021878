/** A session as it is saved, version 1: what its person may do, and until when; its name bears the cookie's hash. */

import { z } from 'zod'
import type { Officer } from './sessions.ts'

const schema = z.object({
  v: z.literal(1),
  expires: z.number(),
  user: z.string(),
  name: z.string(),
  role: z.enum(['viewer', 'officer', 'approver', 'administrator']),
  scope: z.object({ areas: z.array(z.string()), enterprises: z.array(z.string()) }),
})

export function encodeSavedSession({ expires, user, name, role, scope }: Officer): Uint8Array {
  return Buffer.from(JSON.stringify({ v: 1, expires, user, name, role, scope }))
}

/** @returns null for what cannot be read: its person logs in anew */
export function decodeSavedSession(id: string, bytes: Uint8Array): Officer | null {
  try {
    const { v: _, ...saved } = schema.parse(JSON.parse(Buffer.from(bytes).toString()))
    return { id, ...saved }
  } catch {
    return null
  }
}
