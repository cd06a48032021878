// Decides how the gateway's lists are asked for and read: sites, people, journals, rejected messages, the session.

import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { RejectedView, SiteInfo } from '@tocsin/core/domain/feed.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { ok, type Result } from '@tocsin/core/domain/result.ts'
import { alarmEventSchema } from '@tocsin/wire/journal-record-v1.ts'
import { getJson, type HttpFault } from './http.ts'
import { isRecord, readList } from './read.ts'

/** Whether somebody is logged in. */
export async function fetchIsSignedIn(): Promise<Result<boolean, HttpFault>> {
  const answer = await getJson('/api/session', (body) => (isRecord(body) ? body : null))
  if (answer.ok) return ok(true)
  return answer.error.why === 'signed-out' ? ok(false) : answer
}

export function fetchSites(): Promise<Result<SiteInfo[], HttpFault>> {
  return getJson('/api/sites', (body) => (isRecord(body) ? readList(body['sites'], readSite) : null))
}

/** The registry is checked where it is loaded; here only what the page cannot do without. */
function readSite(value: unknown): SiteInfo | null {
  return isSite(value) ? value : null
}

function isSite(value: unknown): value is SiteInfo {
  if (!isRecord(value)) return false
  const lists = ['groups', 'villages', 'contacts', 'guidance', 'gateways', 'sensors']
  return (
    typeof value['id'] === 'string' &&
    typeof value['name'] === 'string' &&
    lists.every((key) => Array.isArray(value[key]))
  )
}

export function fetchPeople(): Promise<Result<Map<string, string>, HttpFault>> {
  return getJson('/api/people', (body) => {
    if (!isRecord(body) || !isRecord(body['people'])) return null
    return new Map(Object.entries(body['people']).map(([user, name]) => [user, String(name)]))
  })
}

function readEvents(body: unknown): AlarmEvent[] | null {
  return isRecord(body) ? readList(body['events'], (item) => alarmEventSchema.safeParse(item).data ?? null) : null
}

/** Newest first. */
export function fetchAlarmJournal(id: AlarmId): Promise<Result<AlarmEvent[], HttpFault>> {
  return getJson(`/api/alarms/${encodeURIComponent(id)}/journal?limit=200`, readEvents)
}

/** Newest first, of all sites in scope. */
export function fetchJournal(limit: number): Promise<Result<AlarmEvent[], HttpFault>> {
  return getJson(`/api/journal?limit=${limit}`, readEvents)
}

export function fetchRejected(limit: number): Promise<Result<RejectedView[], HttpFault>> {
  return getJson(`/api/rejected?limit=${limit}`, (body) =>
    isRecord(body) ? readList(body['rejected'], (item) => (isRejected(item) ? item : null)) : null,
  )
}

function isRejected(value: unknown): value is RejectedView {
  return isRecord(value) && typeof value['at'] === 'number' && typeof value['code'] === 'string'
}
