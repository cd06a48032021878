/** Login, logout, and who is logged in; a login that is tried too often must wait. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { OfficerCredentials } from '../deps.ts'
import { Problem } from '../problem.ts'
import { type Sessions, sessionOf } from '../sessions.ts'
import { COOKIE, issueOf, problem, type Routes } from './routes.ts'

export interface SessionRoutesDeps {
  readonly sessions: Sessions
  readonly credentials: OfficerCredentials
  readonly clock: Clock
  readonly logger: Logger
  readonly loginsPerMinute: number
  readonly isSecure: boolean
}

const MINUTE = 60_000
/** Officers of one room share an address. */
const PER_ADDRESS = 6

const login = z.object({ user: z.string().min(1).max(200), password: z.string().min(1).max(1_000) })

export function addSessionRoutes(app: FastifyInstance, routes: Routes, deps: SessionRoutesDeps): void {
  const { sessions, credentials, clock, logger } = deps
  const nameOf = (request: FastifyRequest): string => login.safeParse(request.body).data?.user ?? ''
  const perName = app.createRateLimit({
    max: deps.loginsPerMinute,
    timeWindow: MINUTE,
    keyGenerator: (request) => JSON.stringify([request.ip, nameOf(request)]),
  })
  const perAddress = app.createRateLimit({
    max: deps.loginsPerMinute * PER_ADDRESS,
    timeWindow: MINUTE,
    keyGenerator: (request) => request.ip,
  })
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: deps.isSecure } as const

  app.post('/api/login', async (request, reply) => {
    for (const check of [perAddress, perName]) {
      const limit = await check(request)
      if (limit.isAllowed || !limit.isExceeded) continue
      reply.header('retry-after', limit.ttlInSeconds)
      return problem(request, reply, new Problem('too-many'))
    }
    const parsed = login.safeParse(request.body)
    if (!parsed.success) return problem(request, reply, new Problem('bad-request', issueOf(parsed.error)))
    const user = await credentials.verifyUser(parsed.data.user, parsed.data.password)
    if (!user) {
      logger.warn({ user: parsed.data.user, address: request.ip }, 'a login was refused')
      return problem(request, reply, new Problem('bad-login'))
    }
    const { officer, token } = await sessions.open(user)
    logger.info({ user: user.id, role: user.role }, 'logged in')
    reply.setCookie(COOKIE, token, { ...cookie, expires: new Date(officer.expires) })
    return { session: sessionOf(officer), expires: officer.expires }
  })

  app.post('/api/logout', async (request, reply) => {
    const officer = await sessions.find(request.cookies[COOKIE])
    if (officer) await sessions.close(officer.id)
    return reply.clearCookie(COOKIE, cookie).code(204).send()
  })

  routes.get('/api/session', z.object({}), (officer) => ({
    session: sessionOf(officer),
    expires: officer.expires,
    serverNow: clock.wall(),
  }))
}
