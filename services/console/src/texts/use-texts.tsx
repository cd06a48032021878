// Decides the language of the page: Chinese first, switchable, remembered.

import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { en } from './en.ts'
import { zh, type Texts } from './zh.ts'

export type Language = 'zh' | 'en'

interface Speech {
  readonly language: Language
  readonly texts: Texts
  readonly setLanguage: (language: Language) => void
}

const SpeechContext = createContext<Speech>({ language: 'zh', texts: zh, setLanguage: () => undefined })

const remembered = 'tocsin.language'

export function SpeechProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState<Language>(() => (localStorage.getItem(remembered) === 'en' ? 'en' : 'zh'))
  useEffect(() => {
    localStorage.setItem(remembered, language)
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const speech = useMemo(() => ({ language, texts: language === 'zh' ? zh : en, setLanguage }), [language])
  return <SpeechContext value={speech}>{children}</SpeechContext>
}

export function useSpeech(): Speech {
  return useContext(SpeechContext)
}

export function useTexts(): Texts {
  return useContext(SpeechContext).texts
}
