// Decides day or night, and that antd follows our tokens: its defaults collide with the alarm colours.

import { ConfigProvider, theme as antdTheme, type ThemeConfig } from 'antd'
import zhCN from 'antd/locale/zh_CN'
import enUS from 'antd/locale/en_US'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useSpeech } from './texts/use-texts.tsx'

export type Theme = 'light' | 'dark'

const ThemeContext = createContext<{ readonly theme: Theme; readonly setTheme: (theme: Theme) => void }>({
  theme: 'light',
  setTheme: () => undefined,
})

const remembered = 'tocsin.theme'

/** Before the first paint, so that the page does not flash white at night. */
export function applyRememberedTheme(): Theme {
  const theme = localStorage.getItem(remembered) === 'dark' ? 'dark' : 'light'
  document.documentElement.dataset['theme'] = theme
  return theme
}

/** antd computes shades and cannot do that from CSS variables: the values are read from them. */
function antdTokens(theme: Theme): ThemeConfig {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  const size = Number.parseInt(value('--f-s'), 10)
  return {
    algorithm: theme === 'dark' ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      motion: false,
      colorPrimary: value('--accent'),
      colorInfo: value('--accent'),
      colorLink: value('--accent'),
      // A fault of the page, never an alarm: alarm colours serve nothing else.
      colorError: value('--fault'),
      colorWarning: value('--fault'),
      colorSuccess: value('--accent'),
      colorText: value('--ink'),
      colorTextHeading: value('--ink'),
      colorTextSecondary: value('--ink-2'),
      colorTextDescription: value('--ink-2'),
      colorTextPlaceholder: value('--ink-2'),
      colorTextDisabled: value('--ink-2'),
      colorTextLightSolid: value('--on-accent'),
      colorBgBase: value('--surface'),
      colorBgContainer: value('--surface'),
      colorBgElevated: value('--surface'),
      colorBgSpotlight: value('--ink'),
      colorBorder: value('--rule'),
      colorBorderSecondary: value('--rule'),
      borderRadius: 2,
      borderRadiusLG: 2,
      borderRadiusSM: 2,
      fontFamily: value('--font'),
      fontSize: size,
      controlHeight: Math.round(size * 2.3),
      wireframe: true,
    },
    components: { Tooltip: { colorTextLightSolid: value('--surface') } },
  }
}

export function ThemeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { language } = useSpeech()
  const [theme, setTheme] = useState<Theme>(applyRememberedTheme)
  useEffect(() => {
    localStorage.setItem(remembered, theme)
  }, [theme])
  const choice = useMemo(
    () => ({
      theme,
      setTheme: (next: Theme) => {
        document.documentElement.dataset['theme'] = next
        setTheme(next)
      },
    }),
    [theme],
  )
  const tokens = useMemo(() => antdTokens(theme), [theme])
  return (
    <ThemeContext value={choice}>
      <ConfigProvider theme={tokens} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
        {children}
      </ConfigProvider>
    </ThemeContext>
  )
}

export function useTheme(): { readonly theme: Theme; readonly setTheme: (theme: Theme) => void } {
  return useContext(ThemeContext)
}
