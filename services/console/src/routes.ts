// Decides the addresses of the screens: behind the hash, so that any file server can serve the page.

import { useSyncExternalStore } from 'react'

export type Route =
  | { readonly screen: 'desk' }
  | { readonly screen: 'alarm'; readonly id: string | null }
  | { readonly screen: 'sites'; readonly id: string | null }
  | { readonly screen: 'broadcasts'; readonly id: string | null }
  | { readonly screen: 'health' }

export function parseRoute(hash: string): Route {
  const [screen = '', ...rest] = hash.replace(/^#\/?/, '').split('/')
  const id = rest.length === 0 || rest[0] === '' ? null : decode(rest.join('/'))
  switch (screen) {
    case 'alarm':
    case 'sites':
    case 'broadcasts':
      return { screen, id }
    case 'health':
      return { screen }
    default:
      return { screen: 'desk' }
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function routeHash(route: Route): string {
  return 'id' in route && route.id !== null ? `#/${route.screen}/${encodeURIComponent(route.id)}` : `#/${route.screen}`
}

export function go(route: Route): void {
  window.location.hash = routeHash(route)
}

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

let last: { readonly hash: string; readonly route: Route } = { hash: '', route: { screen: 'desk' } }

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, () => {
    const { hash } = window.location
    if (hash !== last.hash) last = { hash, route: parseRoute(hash) }
    return last.route
  })
}
