// Decides how a watch begins: name, password, and the test tone that the browser allows only on a click.

import { Button, Form, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { postJson, type HttpFault } from '../api/http.ts'
import type { Sound } from '../sound/sound.ts'
import { useSpeech } from '../texts/use-texts.tsx'
import type { Texts } from '../texts/zh.ts'
import { useTheme } from '../theme.tsx'

interface Fields {
  readonly user: string
  readonly password: string
}

interface LoginProps {
  readonly sound: Sound
  readonly ended: boolean
  readonly onDone: () => void
}

export function Login({ sound, ended, onDone }: LoginProps): ReactNode {
  const { texts, language, setLanguage } = useSpeech()
  const { theme, setTheme } = useTheme()
  const [fault, setFault] = useState<HttpFault['why'] | null>(null)
  const [checking, setChecking] = useState(false)
  const { login } = texts

  const start = async (fields: Fields): Promise<void> => {
    setChecking(true)
    setFault(null)
    const answer = await postJson('/api/login', fields)
    setChecking(false)
    if (answer.ok) onDone()
    else setFault(answer.error.why)
  }

  return (
    <main className="login">
      <section className="panel">
        <h1>{login.title}</h1>
        <p className="sub">
          {texts.product} · {texts.brand}
        </p>
        {(fault !== null || ended) && (
          <p className="bad" role="alert">
            {fault === null ? login.ended : faultText(fault, texts)}
          </p>
        )}
        <Form<Fields>
          layout="vertical"
          requiredMark={false}
          onFinish={(fields) => {
            void start(fields)
          }}
        >
          <Form.Item name="user" label={login.user} rules={[{ required: true, message: login.needUser }]}>
            <Input autoFocus autoComplete="username" data-testid="login-user" />
          </Form.Item>
          <Form.Item name="password" label={login.password} rules={[{ required: true, message: login.needPassword }]}>
            <Input.Password autoComplete="current-password" data-testid="login-password" />
          </Form.Item>
          {/* In the click itself: after the answer from the server it would be too late for the browser. */}
          <Button type="primary" htmlType="submit" block size="large" onClick={sound.enable} data-testid="login-start">
            {checking ? login.checking : login.start}
          </Button>
        </Form>
        <p className="q" style={{ paddingTop: 12 }}>
          {login.hint}
        </p>
        <div className="foot-line">
          <button type="button" className="btn sm" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
            {texts.otherLanguage}
          </button>
          <button type="button" className="btn sm" onClick={() => setTheme(theme === 'light' ? 'dark' : 'light')}>
            {theme === 'light' ? texts.trust.night : texts.trust.day}
          </button>
        </div>
      </section>
    </main>
  )
}

function faultText(why: HttpFault['why'], { login }: Texts): string {
  if (why === 'signed-out' || why === 'refused' || why === 'no-right') return login.bad
  return why === 'too-many' ? login.tooMany : login.unreachable
}
