/** Whether a request that changes something comes from our own page (CSRF). */

import type { IncomingHttpHeaders } from 'node:http'

/**
 * A browser names the page's origin on every POST and WebSocket upgrade: it must be this host's or an allowed one. Other
 * programs, which hold no ambient cookie, say `x-tocsin: 1`, which no foreign page can set without being asked for.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined) return headers['x-tocsin'] === '1'
  if (allowed.includes(origin)) return true
  // the host alone: behind a proxy that ends TLS the scheme differs
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host
}
