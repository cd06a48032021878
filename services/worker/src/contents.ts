/** The contents that config records name (I4), fetched once and parsed. */

import { readRulesContent, readSiteContent } from '@tocsin/config/content.ts'
import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Hash } from '@tocsin/core/domain/ids.ts'
import type { Result } from '@tocsin/core/domain/result.ts'
import type { RuleSet } from '@tocsin/core/domain/rule.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import type { Configuration } from '@tocsin/core/engine/configure.ts'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'

export class Contents {
  readonly #store: ContentStore
  readonly #rules = new Map<Hash, Promise<RuleSet>>()

  constructor(store: ContentStore) {
    this.#store = store
  }

  /** Rejects with `content-missing` or `data-damaged`. */
  async configuration(config: Hash | null, rules: Hash): Promise<Configuration> {
    return { site: config === null ? null : await this.#site(config), rules: await this.#ruleSet(rules) }
  }

  async #site(hash: Hash): Promise<SiteConfig> {
    const text = await this.#store.get(hash)
    return parsed(hash, readSiteContent(text))
  }

  /** A hundred thousand sites share one rule set. */
  #ruleSet(hash: Hash): Promise<RuleSet> {
    let rules = this.#rules.get(hash)
    if (!rules) {
      rules = this.#store.get(hash).then((text) => parsed(hash, readRulesContent(text)))
      this.#rules.set(hash, rules)
      rules.catch(() => this.#rules.delete(hash))
    }
    return rules
  }
}

function parsed<T>(hash: Hash, read: Result<T, string>): T {
  if (!read.ok) throw new TocsinError('data-damaged', `content ${hash} cannot be read: ${read.error}`)
  return read.value
}
