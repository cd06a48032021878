// Decides what is said across every screen when the console itself fails: lost data, no sound, faults of the system.

import { faultText } from '../format/fault.ts'
import { useSyncExternalStore, type ReactNode } from 'react'
import { longSpan, stamp } from '../format/beijing.ts'
import { useIsLost, useNow, usePicture } from '../hooks.ts'
import { routeHash } from '../routes.ts'
import { useServices } from '../services.ts'
import { useTexts } from '../texts/use-texts.tsx'

export function Bands(): ReactNode {
  return (
    <>
      <LostBand />
      <SoundBand />
      <SystemBand />
    </>
  )
}

function LostBand(): ReactNode {
  const { band } = useTexts()
  const { clock, link } = useServices()
  const { connected, attempts } = useSyncExternalStore(link.subscribe, link.get)
  const isLost = useIsLost()
  // Asked for so that the band counts on.
  useNow()
  if (!isLost) return null
  const asOf = clock.asOf()
  return (
    <div className="band" role="alert" data-testid="fault-band">
      <span>
        {band.lost} <b>{asOf === null ? '' : longSpan(clock.age() ?? 0)}</b>
      </span>
      <span>
        {asOf === null ? (
          band.never
        ) : (
          <>
            {band.asOf} <b>{stamp(asOf)}</b> {band.state}
          </>
        )}
      </span>
      <span>{band.off}</span>
      <span className="end">{connected ? band.connected : band.attempts(attempts)}</span>
    </div>
  )
}

function SoundBand(): ReactNode {
  const { band } = useTexts()
  const { sound, ticker } = useServices()
  const isHeard = useSyncExternalStore(ticker.subscribe, sound.isHeard)
  if (isHeard) return null
  return (
    <div className="band slim" role="status" data-testid="sound-band">
      <b>{band.sound}</b>
      <span>{band.soundWhy}</span>
      <button type="button" className="btn sm end" onClick={sound.enable}>
        {band.soundOn}
      </button>
    </div>
  )
}

function SystemBand(): ReactNode {
  const { band } = useTexts()
  const faults = usePicture(({ system }) => system?.faults)
  const insecure = usePicture(({ system }) => system?.insecure)
  if ((faults?.length ?? 0) === 0 && (insecure?.length ?? 0) === 0) return null
  return (
    <div className="band slim" role="status" data-testid="system-band">
      {faults?.map((fault) => (
        <span key={`${fault.code} ${fault.detail}`} title={fault.code}>
          {band.fault} {faultText(band.faults, fault)}
        </span>
      ))}
      {insecure !== undefined && insecure.length > 0 && (
        <span>
          {band.insecure} {band.insecureWhy(insecure.join(' '))}
        </span>
      )}
      <a className="btn sm end" href={routeHash({ screen: 'health' })}>
        {band.toHealth}
      </a>
    </div>
  )
}
