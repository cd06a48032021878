/** The HTTP server: one origin for console, API, feed and what an operator reads; who may listen where. */

import { readFileSync } from 'node:fs'
import { createServer as createPlain, type RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import { isLoopback, type ListenerSettings } from '@tocsin/config/settings.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { Problem } from '../problem.ts'
import { isOwnOrigin } from './origin.ts'
import { problem } from './routes.ts'
import { addConsole, addSecurityHeaders } from './static.ts'

/** Of a body: a command's longest text, 2,000 characters, in the longest way of writing them. */
const MAX_BODY = 16 * 1024
/** An alarm's id and a message's id stand in paths, percent-encoded. */
const MAX_PARAM = 1_000

export interface ServerSettings extends ListenerSettings {
  readonly allowedOrigins: readonly string[]
  readonly trustProxy: boolean
}

/** A server with its guards, before its routes. */
export async function createApp(settings: ServerSettings, logger: Logger): Promise<FastifyInstance> {
  const tls = settings.tls && { cert: pem(settings.tls.cert), key: pem(settings.tls.key) }
  const app = Fastify({
    bodyLimit: MAX_BODY,
    trustProxy: settings.trustProxy,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAM },
    // small frames must not wait for each other
    serverFactory: (handler: RequestListener) =>
      tls ? createSecure({ ...tls, noDelay: true }, handler) : createPlain({ noDelay: true }, handler),
  })
  await app.register(cookie)
  await app.register(rateLimit, { global: false })
  addSecurityHeaders(app)
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return
    if (isOwnOrigin(request.headers, settings.allowedOrigins)) return
    await reply.send(problem(request, reply, new Problem('foreign-origin')))
  })
  app.setErrorHandler((error: unknown, request, reply) => {
    const what = problemOf(error)
    if (what.code === 'internal' || what.code === 'unavailable') {
      logger.error({ err: error, url: request.url }, 'a request failed')
    }
    return reply.send(problem(request, reply, what))
  })
  return app
}

/** To be called after all routes: everything else is the console's, or not found. */
export async function serveConsole(app: FastifyInstance, folder: string | null): Promise<void> {
  const page = await addConsole(app, folder)
  app.setNotFoundHandler((request, reply) => {
    const answer = page?.(request, reply)
    return answer ?? reply.send(problem(request, reply, new Problem('not-found')))
  })
}

/**
 * @returns the address as a URL
 * @throws TocsinError `insecure-listener`, `port-taken`
 */
export async function listen(app: FastifyInstance, { host, port, tls, insecure }: ServerSettings): Promise<string> {
  if (tls === null && !insecure && !isLoopback(host)) {
    throw new TocsinError(
      'insecure-listener',
      `http.host ${host} is reachable from outside and http.tls is not set: set http.tls, or http.insecure to true`,
    )
  }
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw listenError(error, `${host}:${port}`)
  }
  const address = app.server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `${tls === null ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${bound}`
}

function listenError(error: unknown, where: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EADDRINUSE') {
    return new TocsinError('port-taken', `${where} is in use: stop what listens there, or set http.port to another`, {
      cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new TocsinError('config-invalid', `cannot listen at ${where} (${code}): set http.host and http.port`, {
      cause: error,
    })
  }
  return error
}

function pem(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new TocsinError('config-invalid', `http.tls: ${file} cannot be read`, { cause: error })
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof TocsinError && (error.code === 'log-unavailable' || error.code === 'store-unavailable')) {
    return new Problem('unavailable')
  }
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500
  if (status === 413) return new Problem('too-large')
  if (status === 400 || status === 415) {
    return new Problem('bad-request', error instanceof Error ? error.message : '')
  }
  return new Problem('internal')
}
