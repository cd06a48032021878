// Starts the page.

import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { makeSessions } from './sessions.ts'
import { makeSound } from './sound/sound.ts'
import './style/all.css'
import { SpeechProvider } from './texts/use-texts.tsx'
import { applyRememberedTheme, ThemeProvider } from './theme.tsx'

applyRememberedTheme()
const root = document.getElementById('root')
if (root !== null) {
  const sound = makeSound(() => performance.now())
  createRoot(root).render(
    <SpeechProvider>
      <ThemeProvider>
        <App sound={sound} sessions={makeSessions(sound)} />
      </ThemeProvider>
    </SpeechProvider>,
  )
}
