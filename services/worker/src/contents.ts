/** The contents that config records name (I4), fetched once and parsed. */

import { TocsinError } from '@tocsin/core/domain/errors.ts'
import type { Hash } from '@tocsin/core/domain/ids.ts'
import type { RuleSet } from '@tocsin/core/domain/rule.ts'
import type { SiteConfig } from '@tocsin/core/domain/site.ts'
import type { Configuration } from '@tocsin/core/engine/configure.ts'
import type { ContentStore } from '@tocsin/core/ports/content-store.ts'

/** How contents are read: handed in by the composition, from packages/config. Each throws on content that is none. */
export interface ContentParsers {
  site(text: string): SiteConfig
  rules(hash: Hash, text: string): RuleSet
}

export class Contents {
  readonly #store: ContentStore
  readonly #parsers: ContentParsers
  readonly #rules = new Map<Hash, Promise<RuleSet>>()

  constructor(store: ContentStore, parsers: ContentParsers) {
    this.#store = store
    this.#parsers = parsers
  }

  /** Rejects with `content-missing` or `data-damaged`. */
  async configuration(config: Hash | null, rules: Hash): Promise<Configuration> {
    return { site: config === null ? null : await this.#site(config), rules: await this.#ruleSet(rules) }
  }

  async #site(hash: Hash): Promise<SiteConfig> {
    const text = await this.#store.get(hash)
    return parsed(hash, () => this.#parsers.site(text))
  }

  /** A hundred thousand sites share one rule set. */
  #ruleSet(hash: Hash): Promise<RuleSet> {
    let rules = this.#rules.get(hash)
    if (!rules) {
      rules = this.#store.get(hash).then((text) => parsed(hash, () => this.#parsers.rules(hash, text)))
      this.#rules.set(hash, rules)
      rules.catch(() => this.#rules.delete(hash))
    }
    return rules
  }
}

function parsed<T>(hash: Hash, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new TocsinError('data-damaged', `content ${hash} cannot be read`, { cause })
  }
}
