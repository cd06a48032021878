/** What a taker makes of a journal that another engine version wrote (R6): it stays, and corrections follow it. */

import { expect, test } from 'vitest'
import type { AlarmEvent, EventContent } from '../domain/alarm-event.ts'
import { type AlarmTable, applyEvent } from '../domain/alarm-view.ts'
import type { Severity } from '../domain/severity.ts'
import { emit, type Output } from './journal.ts'
import { beginRedo, finishRedo } from './redo.ts'
import { newSite, type SiteState } from './state.ts'
import { sha256 } from './stream-contents.test-support.ts'

const output = (): Output => ({ sha256, engineNow: 1_000, now: 1_000, events: [] })
const alarm = 'plant/sensor:GT-101/toxic/1'
const verdict = (severity: Severity | null) =>
  ({ severity, level: severity ?? '', t: 0, value: 1, op: '>=', limit: 1, unit: 'mg/m³' }) as const
const raised = (severity: Severity): EventContent => ({
  kind: 'raised',
  alarm,
  subject: { kind: 'sensor', id: 'GT-101' },
  rule: { id: 'toxic', kind: 'threshold', hash: 'r' },
  occurrence: 1,
  revision: 1,
  onset: 0,
  lag: 0,
  verdict: verdict(severity),
})
const escalated = (severity: Severity): EventContent => ({
  kind: 'escalated',
  alarm,
  revision: 2,
  lag: 0,
  verdict: verdict(severity),
})
const cleared: EventContent = { kind: 'cleared', alarm, revision: 2, lag: 0, verdict: verdict(null) }
const acknowledged = (severity: Severity, revision: number): EventContent => ({
  kind: 'acknowledged',
  alarm,
  severity,
  revision,
  by: 'li',
  command: 'c1',
})

function written(contents: readonly EventContent[]): { site: SiteState; events: AlarmEvent[] } {
  const site = newSite('plant', 0)
  const out = output()
  for (const content of contents) emit(site, out, content)
  return { site, events: out.events }
}

/** Another version wrote `theirs`, this one would have written `mine`: what it sends, and what readers then hold. */
function redone(theirs: readonly EventContent[], mine: readonly EventContent[]) {
  const journal = written(theirs).events
  const redo = beginRedo(
    newSite('plant', 0),
    journal.map((event) => ({ input: 5, event })),
  )
  const own = written(mine)
  Object.assign(redo.site, own.site)
  redo.mine.push(...own.events.map((event) => ({ input: 5, event })))
  const sent = finishRedo(redo, output()).map(({ event }) => event)
  const readers: AlarmTable = new Map()
  for (const event of [...journal, ...sent]) applyEvent(readers, event)
  expect(readers).toEqual(redo.site.table)
  return { sent: sent.map(({ content }) => content.kind), ends: sent.at(-1)?.n, alarm: readers.get(alarm) }
}

test('R6: a journal that is a beginning of the replay is finished', () => {
  expect(redone([raised('yellow')], [raised('yellow'), escalated('orange')]).sent).toEqual(['escalated'])
  expect(redone([raised('yellow')], [raised('yellow')]).sent).toEqual([])
})

test('R6: an alarm that only the journal has is closed, one that only the engine has is opened', () => {
  expect(redone([raised('yellow')], [])).toMatchObject({ sent: ['corrected'], ends: 2, alarm: undefined })
  const opened = redone([{ kind: 'configured', config: null, rules: 'r' }], [raised('red')])
  expect(opened).toMatchObject({ sent: ['corrected'], ends: 2, alarm: { severity: 'red', active: true } })
})

test('R6, P6: another colour is corrected, and what was acknowledged is not', () => {
  const { sent, alarm: view } = redone([raised('yellow'), acknowledged('yellow', 1)], [raised('red')])
  expect(sent).toEqual(['corrected'])
  expect(view).toMatchObject({ severity: 'red', acknowledged: null, revision: 2, active: true })
})

test('R6: what the engine holds as returned does not stay active for readers, nor the other way round', () => {
  const returned = redone([raised('yellow')], [raised('orange'), cleared])
  expect(returned).toMatchObject({ sent: ['corrected', 'cleared'], alarm: { active: false, severity: 'orange' } })
  const active = redone([raised('orange'), cleared], [raised('orange'), escalated('red')])
  expect(active).toMatchObject({ sent: ['corrected'], alarm: { active: true, severity: 'red' } })
})
