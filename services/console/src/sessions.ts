// Decides whether somebody is logged in: asked at the start, ended by the server or by leaving, remembered over a reload.

import { fetchIsSignedIn } from './api/lists.ts'
import { startSession, type RunningSession } from './session.ts'
import type { Sound } from './sound/sound.ts'

export type SessionState =
  | { readonly stage: 'asking' | 'signed-out' | 'ended' }
  | { readonly stage: 'running'; readonly running: RunningSession }

export interface Sessions {
  readonly state: () => SessionState
  readonly subscribe: (listener: () => void) => () => void
  /** After a login. */
  readonly begin: () => void
}

/** That somebody was logged in here: then the feed is opened without asking first, and a dead server shows as one. */
const remembered = 'tocsin.session'

export function makeSessions(sound: Sound): Sessions {
  const listeners = new Set<() => void>()
  let state: SessionState = { stage: 'asking' }

  const set = (next: SessionState): void => {
    state = next
    for (const listener of listeners) listener()
  }
  const end = (byServer: boolean): void => {
    localStorage.removeItem(remembered)
    if (state.stage === 'running') state.running.stop()
    set({ stage: byServer ? 'ended' : 'signed-out' })
  }
  const begin = (): void => {
    localStorage.setItem(remembered, 'yes')
    if (state.stage !== 'running') set({ stage: 'running', running: startSession(sound, end) })
  }
  const ask = async (): Promise<void> => {
    const answer = await fetchIsSignedIn()
    if (!answer.ok) setTimeout(() => void ask(), 2000)
    else if (answer.value) begin()
    else end(localStorage.getItem(remembered) !== null)
  }

  if (localStorage.getItem(remembered) !== null) begin()
  void ask()
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    begin,
  }
}
