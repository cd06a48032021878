// Decides, for the list on the screen, whether it stands still: pointer or focus inside, and 2 s after they have left.

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Row } from './list-rows.ts'
import { held, settleAfter, settled, type Shown } from './still.ts'

/** What keeps the list still. */
export type Holder = 'pointer' | 'focus' | 'key'

export interface StillRows {
  readonly shown: Shown
  readonly hold: (by: Holder) => void
  /** When nothing holds it any more, 2 s later the list moves. */
  readonly release: (by: Holder) => void
  /** The officer asks for the order of now. */
  readonly settle: () => void
}

/** @param filterKey changes when the officer filters: then the list moves at once */
export function useStillRows(rows: readonly Row[], filterKey: string): StillRows {
  const [base, setBase] = useState<readonly Row[] | null>(null)
  const [baseKey, setBaseKey] = useState(filterKey)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const holders = useRef(new Set<Holder>())
  const isHeld = useRef(false)
  // What stands on the screen, before the next pointer or key can ask for it.
  const newest = useRef(rows)
  useLayoutEffect(() => {
    newest.current = rows
  }, [rows])
  useEffect(() => () => clearTimeout(timer.current), [])

  if (baseKey !== filterKey) {
    setBaseKey(filterKey)
    if (base !== null) setBase(rows)
  }

  const hold = useCallback((by: Holder) => {
    holders.current.add(by)
    clearTimeout(timer.current)
    // An empty list has nothing that could move: it fills, and is held from the next move on.
    if (isHeld.current || newest.current.length === 0) return
    isHeld.current = true
    setBase(newest.current)
  }, [])
  const release = useCallback((by: Holder) => {
    holders.current.delete(by)
    if (holders.current.size > 0) return
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      isHeld.current = false
      setBase(null)
    }, settleAfter)
  }, [])
  const settle = useCallback(() => setBase((before) => (before === null ? null : newest.current)), [])

  const still = useMemo(() => (base === null ? null : settled(base)), [base])
  const shown = useMemo(
    () => (still === null ? { rows, ids: new Set<string>(), arrived: [] } : held(still, rows)),
    [still, rows],
  )
  return { shown, hold, release, settle }
}
