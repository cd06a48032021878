/** How a test waits for what a page will show. */

import type { Locator } from 'playwright-core'
import { expect } from 'vitest'

/** Waits for what is expected, as long as a slow machine needs. */
export function eventually<T>(look: () => T | Promise<T>, timeout = 10_000) {
  return expect.poll(look, { timeout })
}

/** Visible text on one line. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replaceAll(/\s+/g, ' ')
}
