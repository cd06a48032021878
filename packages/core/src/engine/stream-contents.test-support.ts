/** The sites and rules of the random streams, and what stands for their content hashes. */

import { createHash } from 'node:crypto'
import { aLevel, aRate, aSensor, aSilence, aSite, aThreshold } from '@tocsin/testkit/builders.ts'
import { canonical } from '../domain/canonical.ts'
import type { Rule, RuleSet } from '../domain/rule.ts'
import type { SiteConfig } from '../domain/site.ts'
import type { SiteRecord } from '../domain/site-record.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const general: Rule[] = [
  aThreshold('toxic', { quantity: 'chlorine' }, [
    aLevel('yellow', '>= 1', { offDelay: 3_000 }),
    aLevel('orange', '>= 2', { onDelay: 2_000, clear: '< 1' }),
    aLevel('red', '>= 3'),
  ]),
  aRate(
    'rise',
    { quantity: 'chlorine' },
    {
      window: 20_000,
      per: 60_000,
      minSpan: 3_000,
      levels: [aLevel('yellow', '>= 5'), aLevel('orange', '>= 20', { onDelay: 2_000 })],
    },
  ),
]
const patient: Rule[] = [
  aThreshold('toxic', { quantity: 'chlorine' }, [aLevel('yellow', '>= 1', { onDelay: 10_000, offDelay: 10_000 })]),
  aSilence('silent', {}, 20_000),
]

function setOf(rules: readonly Rule[]): RuleSet {
  const all = rules.map((rule) => ({ hash: sha256(canonical(rule)), rule }))
  return { hash: sha256(canonical(rules)), rules: all }
}

export const ruleSets: readonly RuleSet[] = [setOf(general), setOf(patient)]

const sensorsOf = (site: string) => [
  aSensor(`${site}-1`),
  aSensor(`${site}-2`, { interval: 5_000 }),
  aSensor(`${site}-3`, { gateway: 'gw2', interval: 30_000 }),
]
/** The whole site, one sensor and sensor gateway less, and removed. */
const configs = (site: string): readonly (SiteConfig | null)[] => [
  aSite(site, sensorsOf(site)),
  aSite(site, sensorsOf(site).slice(0, 2)),
  null,
]
export const siteIds = ['plant', 'mine'] as const

/** What stands for a content hash in these streams: `site/variant` and the rule set's hash. */
export function contentsOf(record: SiteRecord): { site: SiteConfig | null; rules: RuleSet } | undefined {
  if (record.kind !== 'config') return undefined
  const rules = ruleSets.find(({ hash }) => hash === record.rules)
  return rules && { site: configOf(record.site, record.config), rules }
}

/** The contents under the hashes that a stored state names. */
export function storedContents(
  site: string,
  hashes: { readonly config: string | null; readonly rules: string | null },
) {
  const rules = ruleSets.find(({ hash }) => hash === hashes.rules)
  return rules ? { site: configOf(site, hashes.config), rules } : null
}

function configOf(site: string, hash: string | null): SiteConfig | null {
  return hash === null ? null : (configs(site)[Number(hash.split('/')[1])] ?? null)
}
