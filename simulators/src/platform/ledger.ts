/** Decides what is written down of what each village heard: the truth that tests compare Tocsin's receipts with. */

import type { Millis } from '@tocsin/core/domain/ids.ts'
import type { Ebm } from '@tocsin/wire/ebm/ebm.ts'
import type { Play } from './village.ts'

/** A message that was heard in a village, or (`cancelled`) that a cancel stopped there, be it before it was heard. */
export interface LedgerEntry {
  /** Its name; its code where the platform has no name for it. */
  readonly village: string
  /** 12 digits. */
  readonly area: string
  readonly ebmId: string
  readonly kind: 'warning' | 'update' | 'all-clear' | 'cancelled'
  /** UTC ms of the first sound, or of the stop. */
  readonly at: Millis
  readonly title: string
  readonly text: string
  /** Rounds begun; of a `cancelled` entry, when it was stopped. */
  readonly plays: number
  /** Terminals that played it. */
  readonly terminals: number
}

export interface Ledger {
  heard(play: Play, at: Millis): void
  stopped(play: Play, at: Millis): void
  /** In the order of time, whichever village was looked at first. */
  entries(): readonly LedgerEntry[]
}

/** Old entries fall out, so that a platform may run for weeks. */
const LIMIT = 20_000

export function createLedger(): Ledger {
  const rows: (() => LedgerEntry)[] = []
  const add = (row: () => LedgerEntry): void => {
    rows.push(row)
    if (rows.length > LIMIT) rows.shift()
  }
  return {
    heard(play, at) {
      // what was said first stays said, whatever replaces it later; the rounds still count up
      const said = { ...head(play), kind: kindOf(play.ebm), at }
      add(() => ({ ...said, plays: play.begun, terminals: play.reached }))
    },
    stopped(play, at) {
      const entry: LedgerEntry = { ...head(play), kind: 'cancelled', at, plays: play.begun, terminals: play.reached }
      add(() => entry)
    },
    entries: () => rows.map((row) => row()).toSorted((a, b) => a.at - b.at),
  }
}

function head({ village, ebm }: Play): Pick<LedgerEntry, 'village' | 'area' | 'ebmId' | 'title' | 'text'> {
  return { village: village.name, area: village.area, ebmId: ebm.ebmId, title: ebm.title, text: ebm.text }
}

/** The format has no type of its own for an all-clear: it is a message that refers to another and says so in words. */
function kindOf({ related, title }: Ebm): 'warning' | 'update' | 'all-clear' {
  if (/^(?:【演练】)?(?:解除|撤销)/.test(title)) return 'all-clear'
  return related === null ? 'warning' : 'update'
}
