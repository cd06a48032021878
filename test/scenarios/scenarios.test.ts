/** Every scenario in the bare engine: what the file says follows, follows (design.md rule 14). */

import { type AlarmTable, applyEvent } from '@tocsin/core/domain/alarm-view.ts'
import { chainVerifier } from '@tocsin/core/engine/journal.ts'
import { contentHash } from '@tocsin/config/content.ts'
import { expect, test } from 'vitest'
import { scenarios } from './play.ts'

test.each(scenarios)('$scenario.name ($file)', ({ play }) => {
  for (const { step, expected, found } of play.checks) expect(found, step).toEqual(expected)
  const verify = chainVerifier(contentHash)
  const tables = new Map<string, AlarmTable>()
  for (const event of play.events) {
    expect(verify(event)).toBeNull()
    const table = tables.get(event.site) ?? new Map()
    tables.set(event.site, table)
    applyEvent(table, event)
  }
  // What readers of the journal hold is what the engine holds (P9).
  for (const { sites } of play.engines) {
    for (const { id, table } of sites.values()) expect(tables.get(id) ?? new Map()).toEqual(table)
  }
})
