// Decides what is shown of one site: its sensor gateways, every point's newest value and health, one point's past and limits.

import { useState, type ReactNode } from 'react'
import type { SensorInfo, SiteInfo } from '@tocsin/core/domain/feed.ts'
import type { SensorId } from '@tocsin/core/domain/ids.ts'
import { sensorName, siteFacts } from '../alarms/describe.ts'
import { LimitsOrigin } from '../alarms/limits-origin.tsx'
import { useSiteAlarms, worstOf } from '../alarms/neighbours.tsx'
import { useSize } from '../chart/trend-chart.tsx'
import { RangeChoice, TrendPanel } from '../chart/trend-panel.tsx'
import { useTrend } from '../chart/use-trend.ts'
import type { SiteAlarms } from '../feed/site-alarms.ts'
import { useTexts } from '../texts/use-texts.tsx'
import { SensorTable } from './sensor-table.tsx'

export function SiteDetail({ site }: { readonly site: SiteInfo }): ReactNode {
  const texts = useTexts()
  const alarms = useSiteAlarms(site.id)
  const [chosen, setChosen] = useState<SensorId | null>(null)
  const first = site.sensors.find(({ id }) => worstOf(alarms, id) !== undefined) ?? site.sensors[0]
  const [start] = useState(first)
  const sensor = site.sensors.find(({ id }) => id === chosen) ?? start
  return (
    <section className="panel pp">
      <div className="dh">
        <h1>{site.name}</h1>
        <span className="q">{siteFacts(site, texts)}</span>
        <span className="val q">{site.enterpriseName === site.name ? '' : site.enterpriseName}</span>
      </div>
      <Gateways site={site} alarms={alarms} />
      <SensorTable site={site} alarms={alarms} selected={sensor?.id ?? null} onSelect={setChosen} />
      {sensor !== undefined && <SensorPast key={sensor.id} site={site} sensor={sensor} />}
    </section>
  )
}

function Gateways({ site, alarms }: { readonly site: SiteInfo; readonly alarms: SiteAlarms | undefined }): ReactNode {
  const { sites: words } = useTexts()
  return (
    <div className="meta">
      <span className="q">{words.gateways}</span>
      {site.gateways.map(({ id, name }) => {
        const isOffline = alarms?.alarms.some(({ subject }) => subject.kind === 'gateway' && subject.id === id) === true
        const sensors = site.sensors.filter(({ gateway }) => gateway === id).length
        return (
          <span key={id} data-gateway={id} data-state={isOffline ? 'offline' : 'online'}>
            {name} {isOffline ? <b>{words.offline}</b> : words.online}{' '}
            <span className="q">{words.gatewaySensors(sensors)}</span>
          </span>
        )
      })}
    </div>
  )
}

function SensorPast({ site, sensor }: { readonly site: SiteInfo; readonly sensor: SensorInfo }): ReactNode {
  const texts = useTexts()
  const { size, box } = useSize()
  const trend = useTrend(site.id, sensor, size.width)
  return (
    <>
      <section className="sec" style={{ marginTop: 8 }}>
        <h2>
          <span>
            <b>{sensorName(sensor, texts)}</b> {texts.sites.range} {sensor.range[0]}–{sensor.range[1]} {sensor.unit}
          </span>
          <RangeChoice trend={trend} />
        </h2>
      </section>
      <TrendPanel sensor={sensor} limits={sensor.limits} trend={trend} box={box} size={size} />
      <LimitsOrigin limits={sensor.limits} unit={sensor.unit} />
    </>
  )
}
