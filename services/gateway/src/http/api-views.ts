/** What is now, over HTTP: sites, values, history for charts, broadcasts, rejected messages, people's names. */

import type { Message } from '@tocsin/core/broadcasts/book.ts'
import { messageView } from '@tocsin/core/broadcasts/view.ts'
import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { Bucket, History } from '@tocsin/core/ports/history.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { z } from 'zod'
import type { OfficerCredentials } from '../deps.ts'
import type { Messages } from '../messages.ts'
import { Problem } from '../problem.ts'
import type { Rejections } from '../rejections.ts'
import type { Visible } from '../scope.ts'
import { siteInfo } from '../site-info.ts'
import type { Values } from '../values.ts'
import { millis, wholeNumber } from './fields.ts'
import type { Routes } from './routes.ts'

export interface ViewsDeps {
  readonly registry: RegistrySource
  readonly history: Pick<History, 'query'>
  readonly values: Values
  readonly messages: Messages
  readonly rejections: Rejections
  readonly credentials: OfficerCredentials
  readonly visible: Visible
  readonly clock: Clock
}

/** Neighbours further apart than so many sensor intervals have a gap between them. */
const GAP_INTERVALS = 3

const limit = wholeNumber(1, 1_000).default(100)

export function addViewRoutes(routes: Routes, deps: ViewsDeps): void {
  const { registry, values, messages, rejections, credentials, visible } = deps

  routes.get('/api/sites', z.object({}), ({ scope }) => {
    const inForce = registry.current()
    const sites = inForce.registry.sites.filter((site) => visible(scope, site.id))
    return { version: inForce.version, sites: sites.map((site) => siteInfo(inForce, site)) }
  })

  routes.get('/api/people', z.object({}), () => ({
    people: Object.fromEntries(credentials.users().map(({ id, name }) => [id, name])),
  }))

  const ofValues = z.object({ site: z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional() })
  routes.get('/api/values', ofValues, ({ scope }, asked) => {
    const sites = (asked.site ?? values.sites()).filter((site) => visible(scope, site))
    return { values: sites.flatMap((site) => values.of(site)) }
  })

  const ofBroadcasts = z.object({
    alarm: z.string().optional(),
    state: z.enum(['open', 'closed', 'all']).default('all'),
    before: z.string().optional(),
    limit,
  })
  routes.get('/api/broadcasts', ofBroadcasts, ({ scope }, asked) => {
    const found = messages
      .all()
      .filter((m) => visible(scope, m.body.site) && (asked.alarm === undefined || m.key.alarm === asked.alarm))
      .filter((m) => asked.state === 'all' || (asked.state === 'closed') === (m.closed !== null))
    const start = asked.before === undefined ? 0 : found.findIndex((m) => m.id === asked.before) + 1
    const page: Message[] = found.slice(start, start + asked.limit)
    const next = start + asked.limit < found.length ? (page.at(-1)?.id ?? null) : null
    return { messages: page.map(messageView), next }
  })

  routes.get('/api/rejected', z.object({ limit }), ({ scope }, asked) => ({
    rejected: rejections.newest(scope, asked.limit),
    lastHour: rejections.lastHour(scope),
  }))

  const ofHistory = z.object({
    site: z.string(),
    sensor: z.string(),
    from: millis,
    to: millis,
    pixels: wholeNumber(1, 4_000).default(800),
  })
  routes.get('/api/history', ofHistory, async ({ scope }, { site, sensor, from, to, pixels }) => {
    const known = registry.current().registry.sites.find(({ id }) => id === site)
    const interval = known?.sensors.find(({ id }) => id === sensor)?.interval
    if (!visible(scope, site) || interval === undefined) return new Problem('not-found')
    if (from >= to) return new Problem('bad-request', 'from: not before to')
    const buckets = await deps.history.query({ site, sensor, from, to }, pixels)
    const gaps = gapsOf(buckets, { from, to: Math.min(to, deps.clock.wall()) }, interval * GAP_INTERVALS)
    return { site, sensor, from, to, interval, buckets, gaps }
  })
}

/** Where no samples are for longer than `longest`: a chart draws no line across it. */
function gapsOf(
  buckets: readonly Bucket[],
  span: { readonly from: Millis; readonly to: Millis },
  longest: Millis,
): [from: Millis, to: Millis][] {
  const gaps: [Millis, Millis][] = []
  let last = span.from
  for (const { from, to } of buckets) {
    if (from - last > longest) gaps.push([last, from])
    last = to
  }
  if (span.to - last > longest) gaps.push([last, span.to])
  return gaps
}
