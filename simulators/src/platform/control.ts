/** The control interface: what tests and people at the simulated platform tell it and ask of it, as JSON. */

import type { FastifyInstance } from 'fastify'
import { isPlatformMode, platformModes } from './modes.ts'
import type { PlatformControl } from './platform.ts'

/**
 * `GET /control` mode, boot, packets received · `GET /control/ledger` everything heard, oldest first ·
 * `POST /control/mode/<mode>` · `POST /control/forget`
 */
export function controlRoutes(server: FastifyInstance, platform: PlatformControl): void {
  server.get('/control', () => ({
    mode: platform.mode,
    boot: platform.boot,
    received: platform.received,
    heard: platform.heard.length,
  }))
  server.get('/control/ledger', () => platform.heard)
  server.post('/control/forget', () => {
    platform.forget()
    return { boot: platform.boot }
  })
  server.post<{ Params: { mode: string } }>('/control/mode/:mode', (request, reply) => {
    const { mode } = request.params
    if (!isPlatformMode(mode)) return reply.code(400).send({ error: `a mode is one of ${platformModes.join(', ')}` })
    platform.setMode(mode)
    return reply.send({ mode: platform.mode })
  })
}
