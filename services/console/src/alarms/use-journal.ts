// Decides what an alarm's journal holds on the page: what the gateway has, then what the feed adds.

import { useEffect, useState } from 'react'
import type { AlarmEvent } from '@tocsin/core/domain/alarm-event.ts'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { fetchAlarmJournal } from '../api/lists.ts'
import { alarmOf } from '../feed/feed-store.ts'
import { useServices } from '../services.ts'

export interface Journal {
  readonly state: 'loading' | 'failed' | 'ready'
  /** Newest first. */
  readonly events: readonly AlarmEvent[]
}

const loading: Journal = { state: 'loading', events: [] }

export function useJournal(id: AlarmId): Journal {
  const { store } = useServices()
  const [journal, setJournal] = useState<{ readonly id: AlarmId; readonly is: Journal }>({ id, is: loading })
  useEffect(() => {
    let isCurrent = true
    const add = (events: readonly AlarmEvent[], state?: Journal['state']): void =>
      setJournal((before) => {
        const is = before.id === id ? before.is : loading
        return { id, is: { state: state ?? is.state, events: merge(is.events, events) } }
      })
    void fetchAlarmJournal(id).then((answer) => {
      if (isCurrent) add(answer.ok ? answer.value : [], answer.ok ? 'ready' : 'failed')
    })
    const stop = store.onChange(({ events }) => {
      const own = events.filter((event) => alarmOf(event) === id)
      if (own.length > 0) add(own)
    })
    return () => {
      isCurrent = false
      stop()
    }
  }, [id, store])
  return journal.id === id ? journal.is : loading
}

/** Newest first, each number once. */
function merge(a: readonly AlarmEvent[], b: readonly AlarmEvent[]): AlarmEvent[] {
  const byNumber = new Map([...a, ...b].map((event) => [event.n, event]))
  return [...byNumber.values()].toSorted((x, y) => y.n - x.n)
}
