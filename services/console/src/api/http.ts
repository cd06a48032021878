// Decides how the page asks over HTTP: same origin, a time limit, and an outcome that says what went wrong.

import { fail, ok, type Result } from '@tocsin/core/domain/result.ts'

/** Why there is no answer. `detail` is the server's own word, '' where it gave none. */
export interface HttpFault {
  readonly why: 'unreachable' | 'signed-out' | 'no-right' | 'too-many' | 'refused' | 'unreadable'
  readonly status: number
  readonly detail: string
}

const answerWithin = 8000

/** @param read turns the parsed body into a value, null when it is not one */
export async function getJson<T>(path: string, read: (body: unknown) => T | null): Promise<Result<T, HttpFault>> {
  const answer = await ask(path, { method: 'GET' })
  if (!answer.ok) return answer
  const value = read(answer.value)
  return value === null ? fail({ why: 'unreadable', status: 200, detail: path }) : ok(value)
}

/** Posts JSON with the header that another site's form cannot set. */
export function postJson(path: string, body: unknown): Promise<Result<unknown, HttpFault>> {
  return ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tocsin': '1' },
    body: JSON.stringify(body),
  })
}

async function ask(path: string, init: RequestInit): Promise<Result<unknown, HttpFault>> {
  let response: Response
  let text: string
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', signal: AbortSignal.timeout(answerWithin) })
    text = await response.text()
  } catch {
    return fail({ why: 'unreachable', status: 0, detail: '' })
  }
  const body = parse(text)
  if (response.ok) return ok(body)
  return fail({ why: reason(response.status), status: response.status, detail: detailOf(body) })
}

function reason(status: number): HttpFault['why'] {
  if (status === 401) return 'signed-out'
  if (status === 403) return 'no-right'
  if (status === 429) return 'too-many'
  return status >= 500 ? 'unreachable' : 'refused'
}

function parse(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function detailOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return ''
  if ('detail' in body && typeof body.detail === 'string') return body.detail
  if ('message' in body && typeof body.message === 'string') return body.message
  return 'error' in body && typeof body.error === 'string' ? body.error : ''
}
