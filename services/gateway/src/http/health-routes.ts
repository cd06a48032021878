/** What an operator and Prometheus read without a login: aggregates only. */

import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { GatewayStatus } from '../health.ts'

export function addHealthRoutes(app: FastifyInstance, status: () => GatewayStatus, metrics: Registry): void {
  app.get('/healthz', () => 'ok')
  app.get('/readyz', (_request, reply) => {
    const { ready, reasons } = status()
    reply.code(ready ? 200 : 503)
    return { ready, reasons }
  })
  app.get('/statusz', () => status())
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.contentType)
    return await metrics.metrics()
  })
}
