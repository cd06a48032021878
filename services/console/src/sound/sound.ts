// Decides how the tones are made and whether the browser lets them be heard; when they sound is decided in pattern.ts.

import { muteFor, nextTone, quiet, type Tone, type Unacknowledged } from './pattern.ts'

/** [start s, length s, Hz] of each pulse. */
const tones: Record<Tone | 'test', readonly (readonly [number, number, number])[]> = {
  red: [
    [0, 0.28, 960],
    [0.3, 0.28, 720],
    [0.6, 0.28, 960],
    [0.9, 0.28, 720],
  ],
  orange: [
    [0, 0.22, 660],
    [0.4, 0.22, 660],
    [0.8, 0.22, 660],
  ],
  yellow: [[0, 0.3, 520]],
  test: [
    [0, 0.18, 520],
    [0.25, 0.18, 660],
    [0.5, 0.3, 880],
  ],
}

export interface Sound {
  /** Call in a click or key press: browsers allow sound only then. Plays the test tone. */
  readonly enable: () => void
  readonly isHeard: () => boolean
  /** 消音: 60 s of silence, ended by the next red. */
  readonly mute: () => void
  /** Seconds of silence left, 0 when not muted. */
  readonly mutedFor: () => number
  /** Plays what is due now. */
  readonly update: (open: Unacknowledged) => void
  /** The last tone played, for whoever tests that it sounded. */
  readonly lastTone: () => Tone | 'test' | null
}

export function makeSound(now: () => number): Sound {
  let context: AudioContext | null = null
  let state = quiet
  let last: Tone | 'test' | null = null

  const play = (tone: Tone | 'test'): void => {
    if (context?.state !== 'running') return
    last = tone
    const start = context.currentTime + 0.02
    for (const [at, length, hertz] of tones[tone]) pulse(context, { start: start + at, length, hertz })
  }

  return {
    enable() {
      context ??= new AudioContext()
      const own = context
      void own.resume().then(() => play('test'))
    },
    isHeard: () => context?.state === 'running',
    mute() {
      state = { ...state, mutedUntil: now() + muteFor }
    },
    mutedFor: () => Math.max(0, Math.ceil((state.mutedUntil - now()) / 1000)),
    update(open) {
      const next = nextTone(state, open, now())
      state = next.state
      if (next.tone !== null) play(next.tone)
    },
    lastTone: () => last,
  }
}

function pulse(
  context: AudioContext,
  { start, length, hertz }: { readonly start: number; readonly length: number; readonly hertz: number },
): void {
  const oscillator = new OscillatorNode(context, { type: 'square', frequency: hertz })
  const gain = new GainNode(context, { gain: 0 })
  oscillator.connect(gain).connect(context.destination)
  gain.gain.setValueAtTime(0, start)
  gain.gain.linearRampToValueAtTime(0.35, start + 0.015)
  gain.gain.setValueAtTime(0.35, start + length - 0.03)
  gain.gain.linearRampToValueAtTime(0, start + length)
  oscillator.start(start)
  oscillator.stop(start + length + 0.01)
}
