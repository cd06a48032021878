/** The registry stage: each site hears in `site-log` which configuration and rules are in force (I4). */

import { rulesContent, siteContent } from '@tocsin/config/content.ts'
import type { SiteId } from '@tocsin/core/domain/ids.ts'
import type { ConfigRecord } from '@tocsin/core/domain/site-record.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'
import { type EventLog, topics } from '@tocsin/core/ports/event-log.ts'
import type { InForce, RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import type { ViewStore } from '@tocsin/core/ports/view-store.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import type { Logger } from 'pino'
import { loadTold, saveTold, type Told } from './told.ts'

export interface RegistryDeps {
  readonly log: EventLog
  readonly contents: ContentStore
  readonly views: ViewStore
  readonly source: RegistrySource
  readonly clock: Clock
  readonly logger: Logger
  /** Between tries when the log or a store does not answer, ms. Default 1,000. */
  readonly retryMs?: number
}

export interface RegistryStage {
  /** What is wrong with the files as they are now; empty while what is in force is what they say. */
  problems(): readonly string[]
  stop(): Promise<void>
}

/** Resolves when every site was told what is in force now; changes are told as they come. */
export async function composeRegistry(deps: RegistryDeps): Promise<RegistryStage> {
  const { source, retryMs = 1_000 } = deps
  const logger = deps.logger.child({ stage: 'registry' })
  const told = await loadTold(deps.views)
  let problems: readonly string[] = []
  let stopped = false
  await tell(deps, told, source.current())
  let work: Promise<void> = Promise.resolve()
  const off = source.onChange((change) => {
    if (change.kind === 'refused') {
      problems = change.problems
      logger.error({ problems }, 'the registry or the rules have errors; what was in force stays')
      return
    }
    problems = []
    work = work.then(() => telling(change.current))
  })
  const telling = async (current: InForce): Promise<void> => {
    while (!stopped) {
      try {
        const sites = await tell(deps, told, current)
        logger.info({ version: current.version, sites }, 'registry and rules swapped')
        return
      } catch (error) {
        logger.warn({ err: error }, 'sites cannot be told of the change yet')
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }
  return {
    problems: () => problems,
    stop: async () => {
      off()
      stopped = true
      await work
    },
  }
}

/** Contents first, then the records that name them, then the note of who was told. @returns how many sites were told */
async function tell(deps: RegistryDeps, told: Map<SiteId, Told>, current: InForce): Promise<number> {
  const rules = await deps.contents.put(rulesContent(current.rules))
  const at = Math.round(deps.clock.wall())
  const records: ConfigRecord[] = []
  for (const site of current.registry.sites) {
    const config = await deps.contents.put(siteContent(site))
    records.push({ kind: 'config', site: site.id, config, rules, at })
  }
  const present = new Set(current.registry.sites.map(({ id }) => id))
  for (const id of told.keys())
    if (!present.has(id)) records.push({ kind: 'config', site: id, config: null, rules, at })
  const news = records.filter((record) => {
    const known = told.get(record.site)
    return known?.config !== record.config || known.rules !== record.rules
  })
  if (news.length === 0) return 0
  await deps.log.append(
    topics.siteLog,
    news.map((record) => ({ key: record.site, value: encodeSiteRecord(record) })),
  )
  for (const { site, config, rules: hash } of news) {
    if (config === null) told.delete(site)
    else told.set(site, { config, rules: hash })
  }
  await saveTold(deps.views, told)
  return news.length
}
