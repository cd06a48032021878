// Decides what explains the selected alarm beside the list, in the order of the five questions.

import { memo, useMemo, type ReactNode } from 'react'
import type { AlarmView } from '@tocsin/core/domain/alarm-view.ts'
import type { SensorInfo } from '@tocsin/core/domain/feed.ts'
import { placeOf, pointName, siteName } from '../alarms/describe.ts'
import { JournalSection } from '../alarms/journal.tsx'
import { Neighbours, useSiteAlarms } from '../alarms/neighbours.tsx'
import { Contacts, Guidance, LostGuidance } from '../alarms/people.tsx'
import { sentence } from '../alarms/sentence.ts'
import { Steps } from '../alarms/steps.tsx'
import { ValueAgainstLimit } from '../alarms/value.tsx'
import { useSize } from '../chart/trend-chart.tsx'
import { slope } from '../chart/trend-data.ts'
import { TrendPanel } from '../chart/trend-panel.tsx'
import { useTrend, type Trend } from '../chart/use-trend.ts'
import { CommandBar, type DialogName } from '../commands/command-bar.tsx'
import { useIsLost, useIsOpen, useLatest, useMedia, usePicture } from '../hooks.ts'
import { LevelChip } from '../marks/level-chip.tsx'
import { useTexts } from '../texts/use-texts.tsx'

/** Units per ms over the newest stretch: 5 minutes of a gas, 6 hours of what is measured slowly. */
export function useSlope(trend: Trend, interval: number): number | null {
  return useMemo(() => {
    const stretch = interval > 60_000 ? 6 * 3_600_000 : 300_000
    return trend.state === 'ready' ? slope(trend.points, trend.to - stretch) : null
  }, [trend, interval])
}

interface PaneProps {
  readonly alarm: AlarmView
  readonly dialog: DialogName | null
  readonly setDialog: (dialog: DialogName | null) => void
}

/** Drawn again only when the alarm itself changes, not with each batch of a flood. */
export const DetailPane = memo(function DetailPane({ alarm, dialog, setDialog }: PaneProps): ReactNode {
  const texts = useTexts()
  const sites = usePicture((picture) => picture.sites)
  const place = placeOf(sites, alarm)
  const isOpen = useIsOpen(alarm.id)
  const latest = useLatest(alarm.site, alarm.subject.id)
  const siteAlarms = useSiteAlarms(alarm.site)
  const { size, box } = useSize()
  const trend = useTrend(alarm.site, place.sensor, size.width)
  const rate = useSlope(trend, place.sensor?.interval ?? 0)
  // What stands below the fold of a low screen would be cut: fewer lines there.
  const isLow = useMedia('(max-height: 820px)')
  const lines = isLow ? 3 : 6
  const isLost = useIsLost()
  const isSensor = place.sensor !== undefined
  return (
    <aside className="panel det" aria-label={texts.alarm.label} data-testid="detail" data-alarm-id={alarm.id}>
      <div className="dh">
        <LevelChip alarm={alarm} over={!isOpen} />
        <h1 title={siteName(place.site, alarm.site, texts)}>{pointName(place, alarm.subject, texts)}</h1>
        <span className="val">
          <ValueAgainstLimit alarm={alarm} place={place} />
        </span>
      </div>
      <p className="sum">
        {!isOpen && <b>{texts.alarm.over}。</b>}
        {sentence({ alarm, place, latest, slope: rate }, texts)}
      </p>
      <div className="grow">
        {place.sensor !== undefined && (
          <TrendPanel
            sensor={place.sensor}
            limits={limitsShown(alarm, place.sensor.limits)}
            trend={trend}
            box={box}
            size={size}
          />
        )}
        <div className="two wide">
          {isSensor || place.site !== undefined ? (
            <Neighbours place={place} alarms={siteAlarms} most={lines} />
          ) : (
            <span />
          )}
          <Contacts site={place.site} most={lines} isShort />
        </div>
        {isLost ? (
          <LostGuidance />
        ) : (
          <>
            <Guidance site={place.site} most={9} />
            {!isLow && <JournalSection id={alarm.id} decimals={place.sensor?.decimals ?? 2} most={lines} />}
          </>
        )}
      </div>
      {!isLost && <Steps alarm={alarm} isOpen={isOpen} hasJournalLink={isLow} />}
      <CommandBar alarm={alarm} place={place} dialog={dialog} setDialog={setDialog} />
    </aside>
  )
})

type Limits = SensorInfo['limits']

/** Of a threshold alarm its own rule's limits, of any other all that the value is compared with. */
export function limitsShown(alarm: AlarmView, limits: Limits): Limits {
  return alarm.rule.kind === 'threshold' ? limits.filter(({ rule }) => rule === alarm.rule.id) : limits
}
