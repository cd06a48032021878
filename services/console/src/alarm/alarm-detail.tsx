// Decides an alarm's page: sentence, trend, other points on the left; clues, people, guidance, origin, journal, commands on the right.

import type { ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import { acknowledgeBy } from '../alarms/deadline.ts'
import { Clues } from '../alarms/clues.tsx'
import { placeOf, pointName, siteFacts, siteName } from '../alarms/describe.ts'
import { JournalSection } from '../alarms/journal.tsx'
import { LimitsOrigin } from '../alarms/limits-origin.tsx'
import { useSiteAlarms } from '../alarms/neighbours.tsx'
import { Contacts, Guidance, Villages } from '../alarms/people.tsx'
import { sentence } from '../alarms/sentence.ts'
import { StateText } from '../alarms/state-text.tsx'
import { Steps } from '../alarms/steps.tsx'
import { ValueAgainstLimit } from '../alarms/value.tsx'
import { useSize } from '../chart/trend-chart.tsx'
import { RangeChoice, TrendPanel } from '../chart/trend-panel.tsx'
import { useTrend } from '../chart/use-trend.ts'
import { CommandBar, type DialogName } from '../commands/command-bar.tsx'
import { limitsShown, useSlope } from '../desk/detail-pane.tsx'
import { dayTime } from '../format/beijing.ts'
import { useIsOpen, useLatest, usePicture } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { Due, Lasting } from '../marks/times.tsx'
import { scrollable } from '../marks/scrollable.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { PointTable } from './point-table.tsx'

interface DetailProps {
  readonly alarm: AlarmView
  readonly dialog: DialogName | null
  readonly setDialog: (dialog: DialogName | null) => void
}

export function AlarmDetail({ alarm, dialog, setDialog }: DetailProps): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const place = placeOf(sites, alarm)
  const isOpen = useIsOpen(alarm.id)
  const siteAlarms = useSiteAlarms(alarm.site)
  const latest = useLatest(alarm.site, alarm.subject.id)
  const { size, box } = useSize()
  const trend = useTrend(alarm.site, place.sensor, size.width)
  const rate = useSlope(trend, place.sensor?.interval ?? 0)
  const { sensor, site } = place
  return (
    <main className="main alm" data-testid="alarm-page" data-alarm-id={alarm.id}>
      <section className="panel pp scroll" {...scrollable}>
        <Head alarm={alarm} isOpen={isOpen} place={place} />
        <p className="sum">
          {!isOpen && <b>{texts.alarm.over}。</b>}
          {sentence({ alarm, place, latest, slope: rate }, texts)}
        </p>
        {sensor !== undefined && (
          <>
            <TrendPanel
              sensor={sensor}
              limits={limitsShown(alarm, sensor.limits)}
              trend={trend}
              box={box}
              size={size}
            />
            <div className="meta" style={{ justifyContent: 'flex-end' }}>
              <span className="q">{texts.chart.ranges}</span>
              <RangeChoice trend={trend} />
            </div>
          </>
        )}
        <PointTable place={place} alarms={siteAlarms} />
      </section>
      <aside className="panel det scroll" {...scrollable}>
        <Clues alarm={alarm} place={place} alarms={siteAlarms} />
        <Villages site={site} most={8} />
        <Guidance site={site} most={9} />
        <Contacts site={site} most={6} />
        {sensor !== undefined && <LimitsOrigin limits={limitsShown(alarm, sensor.limits)} unit={sensor.unit} />}
        <JournalSection id={alarm.id} decimals={sensor?.decimals ?? 2} />
        <div className="foot-fixed push">
          <Steps alarm={alarm} isOpen={isOpen} />
          <CommandBar alarm={alarm} place={place} dialog={dialog} setDialog={setDialog} />
        </div>
      </aside>
    </main>
  )
}

interface HeadProps {
  readonly alarm: AlarmView
  readonly isOpen: boolean
  readonly place: ReturnType<typeof placeOf>
}

function Head({ alarm, isOpen, place }: HeadProps): ReactNode {
  const texts = useTexts()
  const due = isOpen ? acknowledgeBy(alarm) : null
  const { ackLeft, ackOver, ackUntil } = texts.desk
  return (
    <>
      <div className="dh">
        <LevelChip alarm={alarm} over={!isOpen} />
        <h1>
          {siteName(place.site, alarm.site, texts)} {pointName(place, alarm.subject, texts)}
        </h1>
        <span className="val">
          <ValueAgainstLimit alarm={alarm} place={place} />
        </span>
      </div>
      <div className="meta">
        <span>
          <span className="q">{texts.alarm.start}</span> {dayTime(alarm.onset)}
        </span>
        {isOpen && (
          <span>
            <span className="q">{texts.alarm.lasts}</span> <Lasting from={alarm.onset} />
          </span>
        )}
        <b>
          <StateText alarm={alarm} isOpen={isOpen} />
        </b>
        {due !== null && (
          <span>
            <Due at={due} words={{ left: ackLeft, over: ackOver, until: ackUntil }} />
          </span>
        )}
        {place.site !== undefined && <span className="q">{siteFacts(place.site, texts)}</span>}
      </div>
    </>
  )
}
