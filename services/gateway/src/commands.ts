/** How an officer's command becomes a record: checked against role, scope and state, appended once, durable when answered. */

import { canonical } from '@tocsin/core/domain/canonical.ts'
import { type ActRefusal, approvalRefusal, rejectionRefusal, stopRefusal } from '@tocsin/core/broadcasts/gate.ts'
import type { BroadcastRecord } from '@tocsin/core/domain/broadcast.ts'
import type { OfficerCommand } from '@tocsin/core/domain/feed.ts'
import { TOCSIN_SITE, type AlarmId, type SiteId } from '@tocsin/core/domain/ids.ts'
import type { LoudspeakerPlatform, Registry } from '@tocsin/core/domain/site.ts'
import type { Clock } from '@tocsin/core/ports/clock.ts'
import { topics, type EventLog, type LogAppend } from '@tocsin/core/ports/event-log.ts'
import type { RegistrySource } from '@tocsin/core/ports/registry-source.ts'
import { encodeBroadcastRecord } from '@tocsin/wire/broadcast-record-v1.ts'
import { encodeSiteRecord } from '@tocsin/wire/site-record-v1.ts'
import type { Logger } from 'pino'
import type { Messages } from './messages.ts'
import { Problem } from './problem.ts'
import { mayCommand } from './roles.ts'
import { isUnscoped, type Visible } from './scope.ts'
import type { Officer } from './sessions.ts'
import type { JournalView } from './view/journal-view.ts'

/** Ids remembered to know a repeat; what the logs have answered is known from there. */
const REMEMBERED = 5_000

export interface Commands {
  /** Resolves when the record is durable; the answer is the journal event that bears the id (I3). */
  submit(officer: Officer, command: OfficerCommand): Promise<Problem | { readonly id: string }>
  /** Why the last append failed; null when it did not. */
  failing(): string | null
}

export interface CommandsDeps {
  readonly log: EventLog
  readonly journal: JournalView
  readonly messages: Messages
  readonly registry: RegistrySource
  readonly visible: Visible
  readonly clock: Clock
  readonly logger: Logger
}

interface Writing {
  readonly topic: string
  readonly records: readonly LogAppend[]
}

type AlarmCommand = Extract<OfficerCommand, { alarm: AlarmId }>
type MessageCommand = Exclude<OfficerCommand, AlarmCommand>

export function createCommands(deps: CommandsDeps): Commands {
  const { log, journal, messages, visible, clock, logger } = deps
  const sent = new Map<string, { readonly what: string; readonly done: Promise<void> }>()
  let failure: string | null = null

  function writing(officer: Officer, command: OfficerCommand): Problem | Writing {
    return 'alarm' in command ? onAlarm(officer, command) : onMessage(officer, command)
  }

  function onAlarm(officer: Officer, command: AlarmCommand): Problem | Writing {
    const site = siteOf(command.alarm)
    if (site === null || !visible(officer.scope, site)) return new Problem('not-found')
    if (site === TOCSIN_SITE && !isUnscoped(officer.scope)) return new Problem('forbidden')
    if (command.command === 'request-broadcast') return onRequest(officer, { site, ...command })
    const { id, alarm } = command
    const base = { kind: 'command', site, id, by: officer.user, at: clock.wall(), alarm } as const
    const value = encodeSiteRecord({ ...base, ...actOf(command) })
    return { topic: topics.siteLog, records: [{ key: site, value }] }
  }

  function onRequest(officer: Officer, asked: { id: string; site: SiteId; alarm: AlarmId }): Problem | Writing {
    if (!journal.alarms.has(asked.alarm)) return new Problem('not-found')
    const platforms = platformsFor(deps.registry.current().registry, asked.site)
    if (platforms.length === 0) return new Problem('no-platform')
    return broadcastWriting(
      platforms.map(({ id: platform }) => ({
        kind: 'request',
        platform,
        at: clock.wall(),
        id: asked.id,
        by: officer.user,
        alarm: asked.alarm,
      })),
    )
  }

  function onMessage(officer: Officer, command: MessageCommand): Problem | Writing {
    const message = messages.get(command.message)
    if (!message || !visible(officer.scope, message.body.site)) return new Problem('not-found')
    const { id } = command
    const base = { platform: message.platform, at: clock.wall(), id, by: officer.user, message: message.key }
    const refused = (refusal: ActRefusal | null): Problem | null =>
      refusal === null ? null : new Problem(refusal === 'own-request' ? 'own-request' : 'wrong-state')
    switch (command.command) {
      case 'approve':
        return refused(approvalRefusal(message, officer.user)) ?? broadcastWriting([{ kind: 'approve', ...base }])
      case 'reject':
        return refused(rejectionRefusal(message)) ?? broadcastWriting([{ kind: 'reject', ...base, why: command.why }])
      case 'stop-broadcast':
        return refused(stopRefusal(message)) ?? broadcastWriting([{ kind: 'stop', ...base, why: command.why }])
    }
  }

  function broadcastWriting(records: readonly BroadcastRecord[]): Writing {
    return {
      topic: topics.broadcastLog,
      records: records.map((record) => ({ key: record.platform, value: encodeBroadcastRecord(record) })),
    }
  }

  async function append({ topic, records }: Writing): Promise<void> {
    try {
      await log.append(topic, records)
      failure = null
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  function remember(key: string, what: string, done: Promise<void>): void {
    sent.set(key, { what, done })
    if (sent.size > REMEMBERED) for (const oldest of sent.keys()) return void sent.delete(oldest)
  }

  return {
    async submit(officer, command) {
      if (!mayCommand(officer.role, command.command)) return new Problem('forbidden')
      const { id } = command
      const key = JSON.stringify([officer.user, id])
      const what = canonical(command)
      const before = sent.get(key)
      if (before && before.what !== what) return new Problem('id-reused')
      try {
        if (before) {
          await before.done
          return { id }
        }
        const write = writing(officer, command)
        if (journal.answered(id) || messages.answered(id)) return { id }
        if (write instanceof Problem) return write
        const done = append(write)
        remember(key, what, done)
        await done
        return { id }
      } catch (error) {
        // it may or may not stand in the log: the same id again is a repeat there (I3)
        sent.delete(key)
        logger.error({ err: error, id }, 'a command was not written')
        return new Problem('unavailable')
      }
    },
    failing: () => failure,
  }
}

function actOf(command: Exclude<AlarmCommand, { command: 'request-broadcast' }>) {
  switch (command.command) {
    case 'acknowledge':
      return { command: command.command, severity: command.severity, revision: command.revision } as const
    case 'unacknowledge':
      return { command: command.command, why: command.why } as const
    case 'comment':
      return { command: command.command, text: command.text } as const
  }
}

/** Before the first slash of the alarm's id (A1); null: not an alarm's id. */
export function siteOf(alarm: AlarmId): SiteId | null {
  const parts = alarm.split('/')
  return parts.length === 4 ? (parts[0] ?? null) : null
}

/** Those that drive terminals in a village at risk of the site. */
function platformsFor({ sites, platforms }: Registry, site: SiteId): readonly LoudspeakerPlatform[] {
  const villages = sites.find(({ id }) => id === site)?.villages ?? []
  return platforms.filter(({ areas }) => villages.some((v) => areas.some((prefix) => v.area.startsWith(prefix))))
}
