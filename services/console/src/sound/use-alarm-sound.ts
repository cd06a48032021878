// Decides what the sound goes by: the unacknowledged alarms on the page, looked at with each batch and tick.

import { useEffect } from 'react'
import { useServices } from '../services.ts'

export function useAlarmSound(): void {
  const { store, sound, ticker } = useServices()
  useEffect(() => {
    let newYellow = false
    const stopListening = store.onChange(({ events }) => {
      newYellow ||= events.some(
        ({ content }) =>
          (content.kind === 'raised' || content.kind === 'escalated') && content.verdict.severity === 'yellow',
      )
    })
    const decide = (): void => {
      const { pinned } = store.picture()
      // Orange is pinned only until it is acknowledged.
      sound.update({ reds: pinned.waitingReds, orange: pinned.orange > 0, newYellow })
      newYellow = false
    }
    // With each batch for a new red; with each tick for the next repeat.
    const stops = [stopListening, store.subscribe(decide), ticker.subscribe(decide)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [store, sound, ticker])
}
