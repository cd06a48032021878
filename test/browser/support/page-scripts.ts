/** Scripts that run inside the page, as text: the workspace's types have no DOM. */

import type { Page } from 'playwright-core'

/** Every state that a village's receipt was shown in, in order: what a test that looks now and then would miss. */
export const watchReceipts = {
  async start(page: Page): Promise<void> {
    await page.evaluate(`(() => {
      const seen = (window.seenReceipts = [])
      const last = new Map()
      const look = () => {
        for (const row of document.querySelectorAll('[data-testid=receipt-row]')) {
          const { area, state } = row.dataset
          if (last.get(area) === state) continue
          last.set(area, state)
          seen.push(area + ' ' + state)
        }
      }
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true })
    })()`)
  },
  /** @returns [area, state] */
  async read(page: Page): Promise<(readonly [string, string])[]> {
    const lines = String(await page.evaluate(`window.seenReceipts.join('\\n')`)).split('\n')
    return lines.map((line): readonly [string, string] => {
      const [area = '', state = ''] = line.split(' ')
      return [area, state]
    })
  },
}

/** Everything that moves on the page: `name duration`, each once. */
export async function animationsOn(page: Page): Promise<string[]> {
  const found = await page.evaluate(`[...new Set([...document.querySelectorAll('body *')].flatMap((element) => {
    const { animationName, animationDuration } = getComputedStyle(element)
    return animationName === 'none' ? [] : [animationName + ' ' + animationDuration]
  }))].join('\\n')`)
  return String(found).split('\n')
}
