/** The contents that records name by hash (I4): a site's configuration and a rule set, as text and back. */

import { createHash } from 'node:crypto'
import { canonical } from '@tocsin/core/domain/canonical.ts'
import type { Hash } from '@tocsin/core/domain/ids.ts'
import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'
import type { Rule, RuleSet } from '@tocsin/core/domain/rule.ts'
import type { Site, SiteConfig } from '@tocsin/core/domain/site.ts'
import type { z } from 'zod'
import { rulesContentSchema, siteContentSchema } from './content-schema.ts'

/** SHA-256 of the UTF-8 text, lower-case hex. */
export function contentHash(content: string): Hash {
  return createHash('sha256').update(content, 'utf8').digest('hex')
}

/** The part of a site that the engine decides by: who lives nearby changes no alarm, hence no hash. */
export function siteConfigOf(site: Site | SiteConfig): SiteConfig {
  const { id, name, enterprise, hazard, area, gateways, sensors } = site
  return { id, name, enterprise, hazard, area, gateways, sensors }
}

/** Canonical JSON of the engine's part of the site, with its version. */
export function siteContent(site: Site | SiteConfig): string {
  return canonical({ v: 1, site: siteConfigOf(site) })
}

/** Reads what {@link siteContent} wrote; the error says which field is wrong. */
export function readSiteContent(content: string): Result<SiteConfig, string> {
  const read = readContent(siteContentSchema, content)
  return read.ok ? ok(read.value.site) : read
}

/** Canonical JSON of the rules, with its version: the text whose hash is the set's. */
export function rulesContent(rules: RuleSet): string {
  return canonical({ v: 1, rules: rules.rules.map(({ rule }) => rule) })
}

/** Reads what {@link rulesContent} wrote; the error says which field is wrong. */
export function readRulesContent(content: string): Result<RuleSet, string> {
  const read = readContent(rulesContentSchema, content)
  return read.ok ? ok(ruleSetOf(read.value.rules)) : read
}

/** The set of these rules, in the order of their ids, so that how they are split over files does not show in the hash. */
export function ruleSetOf(rules: readonly Rule[]): RuleSet {
  const sorted = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const set = sorted.map((rule) => ({ hash: contentHash(canonical(rule)), rule }))
  return { hash: contentHash(rulesContent({ hash: '', rules: set })), rules: set }
}

function readContent<T>(schema: z.ZodType<T>, content: string): Result<T, string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch (error) {
    return fail(`not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const result = schema.safeParse(parsed)
  if (result.success) return ok(result.data)
  const issue = result.error.issues[0]
  return fail(issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : 'not this content')
}
