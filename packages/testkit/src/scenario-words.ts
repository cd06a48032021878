/** Events and open alarms as words, so that an expectation can name those that it is about and leave the rest out. */

import type { AlarmEvent, EventContent } from '@tocsin/core/domain/alarm-event.ts'
import { alarmStateOf, type AlarmView } from '@tocsin/core/domain/alarm-view.ts'

/** `10m` is `600s`; what is no whole second is in ms. */
function length(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`
}

/** UTC ms as `hh:mm:ss` since the begin. */
function clock(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const rest = Math.abs(ms)
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  const millis = rest % 1_000 === 0 ? '' : `.${String(rest % 1_000).padStart(3, '0')}`
  return `${sign}${two(rest / 3_600_000)}:${two((rest / 60_000) % 60)}:${two((rest / 1_000) % 60)}${millis}`
}

/** An alarm's id, `site/sensor:GT-101/rule/3`, as `GT-101 rule #3`. */
function alarmWords(id: string): string[] {
  const [, subject = '', rule = '', occurrence = ''] = id.split('/')
  return [subject.slice(subject.indexOf(':') + 1), rule, `#${occurrence}`]
}

/** Times are told since `begin`. The first word is the event's kind. */
export function eventWords({ at, site, content }: AlarmEvent, begin: number): string[] {
  return [content.kind, ...contentWords(content, begin), `at=${clock(at - begin)}`, `site=${site}`]
}

function contentWords(c: EventContent, begin: number): string[] {
  const since = (t: number): string => clock(t - begin)
  switch (c.kind) {
    case 'raised':
      return [
        ...alarmWords(c.alarm),
        ...verdictWords(c.verdict, begin),
        `r${c.revision}`,
        `onset=${since(c.onset)}`,
        `lag=${length(c.lag)}`,
        ...Object.entries(c.detail ?? {}).map(
          ([key, value]) => `${key}=${typeof value === 'number' && value >= begin ? since(value) : value}`,
        ),
      ]
    case 'escalated':
    case 'de-escalated':
    case 'cleared':
      return [...alarmWords(c.alarm), ...verdictWords(c.verdict, begin), `r${c.revision}`, `lag=${length(c.lag)}`]
    case 'late':
      return [
        c.subject.id,
        c.rule.id,
        ...verdictWords(c.verdict, begin),
        `onset=${since(c.onset)}`,
        `end=${since(c.end)}`,
        `lag=${length(c.lag)}`,
      ]
    case 'acknowledged':
      return [...alarmWords(c.alarm), c.severity ?? 'no-colour', `r${c.revision}`, `by=${c.by}`]
    case 'unacknowledged':
    case 'commented':
      return [...alarmWords(c.alarm), `by=${c.by}`]
    case 'refused':
      return [...alarmWords(c.alarm), c.reason, `now=${c.severity ?? 'no-colour'}`, `by=${c.by}`]
    case 'stale':
    case 'withdrawn':
      return [...alarmWords(c.alarm), c.cause]
    case 'fresh':
    case 'superseded':
      return alarmWords(c.alarm)
    case 'corrected':
      return [...alarmWords(c.alarm), c.state]
    case 'configured':
      return []
  }
}

function verdictWords({ severity, level, value, t }: AlarmView['verdict'], begin: number): string[] {
  return [
    severity ?? 'no-colour',
    ...(level === '' ? [] : [`level=${level}`]),
    `value=${value === null ? '' : Number(value.toPrecision(6))}`,
    `t=${clock(t - begin)}`,
  ]
}

export function alarmRow(alarm: AlarmView): string[] {
  return [
    ...alarmWords(alarm.id),
    alarm.severity ?? 'no-colour',
    alarmStateOf(alarm),
    `r${alarm.revision}`,
    `worst=${alarm.worst ?? 'no-colour'}`,
    alarm.stale ? `stale=${alarm.stale.cause}` : 'fresh',
    ...(alarm.acknowledged ? [`by=${alarm.acknowledged.by}`] : []),
    `comments=${alarm.comments}`,
    `site=${alarm.site}`,
  ]
}

/** What was found, in the expectation's own words where it is met, so that a comparison shows only what differs. */
export function inWordsOf(expected: readonly string[], found: readonly (readonly string[])[]): string[] {
  return found.map((words, i) => {
    const line = expected[i]
    const asked = line?.split(/\s+/).filter((word) => word !== '')
    return line !== undefined && asked?.every((word) => words.includes(word)) ? line : words.join(' ')
  })
}
