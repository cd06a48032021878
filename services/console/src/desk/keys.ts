// Decides what the keys do: never in an input or while characters are composed, and only when they are switched on.

import { useEffect, useRef } from 'react'

const remembered = 'tocsin.keys'

export function areKeysOn(): boolean {
  return localStorage.getItem(remembered) !== 'off'
}

export function setKeysOn(isOn: boolean): void {
  localStorage.setItem(remembered, isOn ? 'on' : 'off')
}

export type Key =
  | 'up'
  | 'down'
  | 'open'
  | 'acknowledge'
  | 'comment'
  | 'request'
  | 'undo'
  | 'mute'
  | 'mark'
  | 'search'
  | 'help'
  | 'escape'

const keys: Readonly<Record<string, Key>> = {
  ArrowUp: 'up',
  k: 'up',
  ArrowDown: 'down',
  j: 'down',
  Enter: 'open',
  a: 'acknowledge',
  c: 'comment',
  b: 'request',
  u: 'undo',
  m: 'mute',
  ' ': 'mark',
  '/': 'search',
  '?': 'help',
  Escape: 'escape',
}

/** What a key press asks for, null for nothing of ours. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'isComposing' | 'keyCode' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): Key | null {
  // 229: an input method is at work, whatever isComposing says.
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return null
  return keys[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null
}

/** Keys that the focused element wants for itself. */
function isTaken(target: EventTarget | null, key: Key): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('input, textarea, select, [contenteditable], .ant-modal, .ant-dropdown') !== null) {
    return !(key === 'escape' && target.matches('input.inp'))
  }
  return (key === 'open' || key === 'mark') && target.closest('button, a') !== null
}

export function useKeys(handlers: Partial<Record<Key, () => void>>): void {
  const newest = useRef(handlers)
  useEffect(() => {
    newest.current = handlers
  })
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const key = keyOf(event)
      if (key === null || isTaken(event.target, key)) return
      if (!areKeysOn() && key !== 'help' && key !== 'escape') return
      if (document.querySelector('.ant-modal-wrap:not([style*="display: none"])') !== null) return
      const handler = newest.current[key]
      if (handler === undefined) return
      event.preventDefault()
      handler()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}
