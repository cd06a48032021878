// Decides what is on the page: the login, or the screen of the address with its bars.

import { useEffect, useSyncExternalStore, type ReactNode } from 'react'
import { AlarmPage } from './alarm/alarm-page.tsx'
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
import type { Sessions } from './sessions.ts'
import { SitesPage } from './sites/sites-page.tsx'
import type { Sound } from './sound/sound.ts'
import { useAlarmSound } from './sound/use-alarm-sound.ts'
import { useTexts } from './texts/use-texts.tsx'

interface AppProps {
  readonly sound: Sound
  readonly sessions: Sessions
}

export function App({ sound, sessions }: AppProps): ReactNode {
  const texts = useTexts()
  const state = useSyncExternalStore(sessions.subscribe, sessions.state)
  useEffect(() => {
    document.title = texts.brand
  }, [texts])
  if (state.stage === 'running') {
    return (
      <ServicesContext value={state.running.services}>
        <ShapeDefinitions />
        <Screens />
      </ServicesContext>
    )
  }
  if (state.stage === 'asking') return <p className="hollow">{texts.desk.loading}</p>
  return <Login sound={sound} ended={state.stage === 'ended'} onDone={sessions.begin} />
}

function Screens(): ReactNode {
  const isPhone = useIsPhone()
  const route = useRoute()
  const isLost = useIsLost()
  useAlarmSound()
  return (
    <div className={`app ${isLost ? 'lost' : ''} ${isPhone ? 'phone' : ''}`}>
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
