// Decides what is on the page: the login, or the screen of the address with its bars.

import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { AlarmPage } from './alarm/alarm-page.tsx'
import { fetchIsSignedIn } from './api/lists.ts'
import { BroadcastsPage } from './broadcasts/broadcasts-page.tsx'
import { Bands } from './chrome/bands.tsx'
import { Login } from './chrome/login.tsx'
import { PhoneTabs, PhoneTop } from './chrome/phone-bars.tsx'
import { TopBar } from './chrome/top-bar.tsx'
import { Desk } from './desk/desk.tsx'
import { PhoneDesk } from './desk/phone-desk.tsx'
import { HealthPage } from './health/health-page.tsx'
import { useIsLost, useIsPhone } from './hooks.ts'
import { ShapeDefinitions } from './marks/shapes.tsx'
import { useRoute } from './routes.ts'
import { ServicesContext } from './services.ts'
import { startSession, type RunningSession } from './session.ts'
import { SitesPage } from './sites/sites-page.tsx'
import type { Sound } from './sound/sound.ts'
import { useAlarmSound } from './sound/use-alarm-sound.ts'
import { useTexts } from './texts/use-texts.tsx'

type Stage = 'asking' | 'signed-out' | 'ended'

export function App({ sound }: { readonly sound: Sound }): ReactNode {
  const texts = useTexts()
  const [stage, setStage] = useState<Stage>('asking')
  const [session, setSession] = useState<RunningSession | null>(null)
  useEffect(() => {
    document.title = texts.brand
  }, [texts])

  const begin = useCallback(() => {
    const end = (byServer: boolean): void => {
      setSession(null)
      setStage(byServer ? 'ended' : 'signed-out')
    }
    setSession(startSession(sound, end))
  }, [sound])
  useEffect(() => () => session?.stop(), [session])

  useEffect(() => {
    let isCurrent = true
    const ask = async (): Promise<void> => {
      const answer = await fetchIsSignedIn()
      if (!isCurrent) return
      if (!answer.ok) setTimeout(() => void ask(), 2000)
      else if (answer.value) begin()
      else setStage('signed-out')
    }
    void ask()
    return () => {
      isCurrent = false
    }
  }, [begin])

  if (session !== null) {
    return (
      <ServicesContext value={session.services}>
        <ShapeDefinitions />
        <Screens />
      </ServicesContext>
    )
  }
  if (stage === 'asking') return <p className="hollow">{texts.desk.loading}</p>
  return <Login sound={sound} ended={stage === 'ended'} onDone={begin} />
}

function Screens(): ReactNode {
  const isPhone = useIsPhone()
  const route = useRoute()
  const isLost = useIsLost()
  useAlarmSound()
  return (
    <div className={isLost ? 'app lost' : 'app'}>
      {isPhone ? <PhoneTop /> : <TopBar />}
      <Bands />
      <Screen isPhone={isPhone} route={route} />
      {isPhone && <PhoneTabs />}
    </div>
  )
}

interface ScreenProps {
  readonly isPhone: boolean
  readonly route: ReturnType<typeof useRoute>
}

function Screen({ isPhone, route }: ScreenProps): ReactNode {
  switch (route.screen) {
    case 'desk':
      return isPhone ? <PhoneDesk /> : <Desk />
    case 'alarm':
      return <AlarmPage id={route.id} />
    case 'sites':
      return <SitesPage id={route.id} />
    case 'broadcasts':
      return <BroadcastsPage id={route.id} />
    case 'health':
      return <HealthPage />
  }
}
