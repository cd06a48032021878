// Decides what the sound goes by: the unacknowledged alarms on the page, looked at with each batch and tick.

import { useEffect } from 'react'
import { severities } from '@tocsin/core/domain/severity.ts'
import { useServices } from '../services.ts'

export function useAlarmSound(): void {
  const { store, sound, ticker } = useServices()
  useEffect(() => {
    let newYellow = false
    const stopListening = store.onChange(({ events }) => {
      newYellow ||= events.some(({ content }) => content.kind === 'raised' && content.verdict.severity === 'yellow')
    })
    const decide = (): void => {
      const { pinned } = store.picture()
      const waiting = pinned.filter(({ acknowledged }) => acknowledged === null)
      const [red, orange] = severities
      const reds = new Set(waiting.filter(({ severity }) => severity === red).map(({ id }) => id))
      sound.update({ reds, orange: waiting.some(({ severity }) => severity === orange), newYellow })
      newYellow = false
    }
    // With each batch for a new red; with each tick for the next repeat.
    const stops = [stopListening, store.subscribe(decide), ticker.subscribe(decide)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [store, sound, ticker])
}
