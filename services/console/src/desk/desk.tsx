// Decides the desk: strip and list to act on the left, counts and the selected alarm to understand on the right.

import { useCallback, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import type { AlarmId } from '@tocsin/core/domain/ids.ts'
import { placeOf, searchWords } from '../alarms/describe.ts'
import { Help } from '../chrome/help.tsx'
import type { DialogName } from '../commands/command-bar.tsx'
import { mayCommand } from '../commands/rights.ts'
import { useAlarm, useIsLost, usePicture, useWatch } from '../hooks.ts'
import { go } from '../routes.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { AlarmList } from './alarm-list.tsx'
import { CalmPane } from './calm-pane.tsx'
import { Counts } from './counts.tsx'
import { DetailPane } from './detail-pane.tsx'
import { useKeys } from './keys.ts'
import { listRows, noFilter, type Filter, type Rows } from './list-rows.ts'
import { MarkedButton } from './marked-button.tsx'
import { Strip } from './strip.tsx'
import { Tools } from './tools.tsx'
import { useStillRows } from './use-still-rows.ts'

export function Desk(): ReactNode {
  const [filter, setFilter] = useState<Filter>(noFilter)
  const [chosen, setChosen] = useState<AlarmId | null>(null)
  const [marked, setMarked] = useState<ReadonlySet<AlarmId>>(new Set())
  const [reveal, setReveal] = useState(0)
  const [dialog, setDialog] = useState<DialogName | 'help' | null>(null)
  const searchBox = useRef<HTMLInputElement>(null)
  const ready = usePicture((picture) => picture.ready)
  const list = useListRows(filter)
  const still = useStillRows(list.rows, JSON.stringify(filter))
  const { rows, arrived } = still.shown

  const siteAlarms = usePicture((picture) => picture.siteAlarms)

  // Until the officer picks one, the worst; by id, so that nothing else slips under an acknowledgement.
  const [first, setFirst] = useState<AlarmId | null>(null)
  const worst = siteAlarms[0]?.alarms[0]?.id ?? null
  if (first === null && worst !== null) setFirst(worst)
  const selected = chosen ?? first
  const alarm = useAlarm(selected)
  useWatch('detail', alarm === undefined ? [] : [alarm.site])

  const select = useCallback((id: AlarmId) => {
    setChosen(id)
    setDialog(null)
  }, [])
  const toggleMark = useCallback((id: AlarmId) => {
    setMarked((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const pick = useCallback(
    (id: AlarmId, event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) toggleMark(id)
      else select(id)
    },
    [select, toggleMark],
  )
  const open = useCallback((id: AlarmId) => go({ screen: 'alarm', id }), [])

  const step = (by: 1 | -1): void => {
    const alarms = rows.filter(({ kind }) => kind === 'alarm')
    const at = alarms.findIndex(({ key }) => key === selected)
    const next = alarms[at < 0 ? 0 : Math.min(alarms.length - 1, Math.max(0, at + by))]
    if (next === undefined) return
    still.hold('key')
    still.release('key')
    select(next.key)
    setReveal((n) => n + 1)
  }
  useDeskKeys({
    selected,
    step,
    setDialog,
    mark: () => selected !== null && toggleMark(selected),
    search: () => searchBox.current?.focus(),
    escape: () => {
      setMarked(new Set())
      setFilter({ ...filter, search: '' })
      searchBox.current?.blur()
    },
  })

  const showRest = (): void => {
    setFilter(noFilter)
    still.settle()
    setReveal((n) => n + 1)
  }
  return (
    <main className="main desk">
      <Strip onShowRest={showRest} />
      <Counts />
      <ListPanel
        list={list}
        tools={
          <Tools
            filter={filter}
            setFilter={setFilter}
            filtered={list.filtered}
            arrived={arrived}
            onSettle={still.settle}
            searchBox={searchBox}
          >
            <MarkedButton marked={marked} onDone={() => setMarked(new Set())} />
          </Tools>
        }
      >
        <AlarmList
          rows={rows}
          selected={selected}
          marked={marked}
          reveal={reveal}
          onPick={pick}
          onOpen={open}
          onHold={still.hold}
          onRelease={still.release}
        >
          {rows.length === 0 && <Nothing ready={ready} filtered={list.filtered > 0} />}
        </AlarmList>
      </ListPanel>
      {alarm === undefined ? (
        <CalmPane hasAlarms={list.alarms > 0} />
      ) : (
        <DetailPane key={alarm.id} alarm={alarm} dialog={dialog === 'help' ? null : dialog} setDialog={setDialog} />
      )}
      {dialog === 'help' && <Help onClose={() => setDialog(null)} />}
    </main>
  )
}

function useListRows(filter: Filter): Rows {
  const siteAlarms = usePicture((picture) => picture.siteAlarms)
  const sites = usePicture((picture) => picture.sites)
  return useMemo(
    () =>
      listRows(siteAlarms, {
        filter,
        siteInfo: (site) => sites.get(site),
        words: (alarm) => searchWords(alarm, placeOf(sites, alarm)),
      }),
    [siteAlarms, sites, filter],
  )
}

interface DeskKeys {
  readonly selected: AlarmId | null
  readonly step: (by: 1 | -1) => void
  readonly setDialog: (dialog: DialogName | 'help') => void
  readonly mark: () => void
  readonly search: () => void
  readonly escape: () => void
}

function useDeskKeys({ selected, step, setDialog, mark, search, escape }: DeskKeys): void {
  const { store, commands, sound } = useServices()
  const mayAct = usePicture(({ session }) => mayCommand(session?.role, 'acknowledge'))
  const { commands: words } = useTexts()
  const isLost = useIsLost()
  useKeys({
    up: () => step(-1),
    down: () => step(1),
    open: () => {
      if (selected !== null) go({ screen: 'alarm', id: selected })
    },
    acknowledge: () => {
      const alarm = selected === null ? undefined : store.alarm(selected)
      if (alarm?.acknowledged !== null || !mayAct) return
      commands.send({ command: 'acknowledge', alarm: alarm.id, severity: alarm.severity, revision: alarm.revision })
    },
    comment: () => {
      if (!isLost) setDialog('comment')
    },
    request: () => {
      if (!isLost) setDialog('request')
    },
    undo: () => {
      const undo = commands.undoable()
      if (undo !== null) commands.send({ command: 'unacknowledge', alarm: undo.alarm, why: words.undoWhy })
    },
    mute: sound.mute,
    mark,
    search,
    help: () => setDialog('help'),
    escape,
  })
}

interface PanelProps {
  readonly list: Rows
  readonly tools: ReactNode
  readonly children: ReactNode
}

function ListPanel({ list, tools, children }: PanelProps): ReactNode {
  const { desk } = useTexts()
  const counts = usePicture((picture) => picture.counts)
  const isLost = useIsLost()
  const blind = counts.none.unacknowledged + counts.none.acknowledged + counts.none.returned
  const sum = desk.sum(list.sites, list.alarms, blind)
  return (
    <section className="panel listp" aria-label={desk.list}>
      {tools}
      {children}
      <div className="foot">
        {/* With the feed lost no key acts: the line is worth a row. */}
        {!isLost && desk.keys.map((key) => <span key={key}>{key}</span>)}
        <span className="end">{sum}</span>
      </div>
    </section>
  )
}

function Nothing({ ready, filtered }: { readonly ready: boolean; readonly filtered: boolean }): ReactNode {
  const { desk } = useTexts()
  if (!ready) return <p className="hollow">{desk.loading}</p>
  return (
    <div className="hollow">
      <b>{filtered ? desk.emptyFiltered : desk.empty}</b>
      {!filtered && desk.emptyDetail}
    </div>
  )
}
