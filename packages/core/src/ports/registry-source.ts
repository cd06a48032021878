/**
 * The registry and the rules in force.
 *
 * Contract: `current` never gives what was not checked whole; a change is checked whole, then swapped, both parts at once,
 * and its listeners are called after the swap, in the order in which they came. What is wrong is refused: `current` stays
 * as it was, and the listeners get the problems. A change that changes nothing calls nobody, unless it
 * takes back what was refused. After `close` nobody is
 * called.
 */

import type { Hash } from '../domain/ids.ts'
import type { RuleSet } from '../domain/rule.ts'
import type { Registry } from '../domain/site.ts'

export interface InForce {
  readonly registry: Registry
  readonly rules: RuleSet
  /** Changes whenever anything in either does. */
  readonly version: Hash
}

export type RegistryChange =
  | { readonly kind: 'swapped'; readonly current: InForce }
  /** A sentence for each problem, with file, line and field. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

export interface RegistrySource {
  current(): InForce
  /** @returns what ends the listening */
  onChange(listener: (change: RegistryChange) => void): () => void
  close(): void
}
