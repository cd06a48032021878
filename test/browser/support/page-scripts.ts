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

export interface RowPlace {
  readonly id: string
  readonly x: number
  readonly y: number
}

/** Where the list's whole rows are, by alarm. */
export async function rowPlaces(page: Page): Promise<RowPlace[]> {
  const found = await page.evaluate(`(() => {
    const list = document.querySelector('[data-testid=alarm-list]').getBoundingClientRect()
    return [...document.querySelectorAll('[data-testid=alarm-row]')].flatMap((row) => {
      const { left, top, bottom, width } = row.getBoundingClientRect()
      return bottom > list.bottom ? [] : [[row.dataset.alarmId, left + width / 3, (top + bottom) / 2].join('\\t')]
    }).join('\\n')
  })()`)
  return String(found)
    .split('\n')
    .map((line): RowPlace => {
      const [id = '', x, y] = line.split('\t')
      return { id, x: Number(x), y: Number(y) }
    })
}

/** A key press as an input method sends it, which no driver of a browser can. */
export async function pressIn(
  page: Page,
  press: { readonly key: string; readonly isComposing?: boolean; readonly keyCode?: number },
): Promise<void> {
  const init = JSON.stringify({ ...press, bubbles: true, cancelable: true })
  await page.evaluate(`document.body.dispatchEvent(new KeyboardEvent('keydown', ${init}))`)
}

/** Runs before the page: keeps every audio context and the pitch of every tone begun. */
export const audioSpy = `(() => {
  window.audioContexts = []
  window.heardTones = []
  const Own = window.AudioContext
  window.AudioContext = class extends Own {
    constructor(...options) {
      super(...options)
      window.audioContexts.push(this)
    }
  }
  const start = AudioScheduledSourceNode.prototype.start
  AudioScheduledSourceNode.prototype.start = function (...when) {
    window.heardTones.push(this.frequency.value)
    return start.apply(this, when)
  }
})()`

/** Hz, in order. */
export async function heardTones(page: Page): Promise<number[]> {
  const found = String(await page.evaluate(`window.heardTones.join(' ')`))
  return found === '' ? [] : found.split(' ').map(Number)
}

export async function soundStates(page: Page): Promise<string[]> {
  return String(await page.evaluate(`window.audioContexts.map(({ state }) => state).join(' ')`)).split(' ')
}

/** As a browser does when the audio device goes. */
export async function suspendSound(page: Page): Promise<void> {
  await page.evaluate(`Promise.all(window.audioContexts.map((context) => context.suspend()))`)
}

/** Runs before the page: notes when the first row was painted. */
export const usableWatch = `(() => {
  const look = () => {
    if (document.querySelector('[data-testid=alarm-row]') === null) return requestAnimationFrame(look)
    window.usableAfter = performance.now()
  }
  requestAnimationFrame(look)
})()`

/** From the beginning of the navigation, ms. */
export async function usableAfter(page: Page): Promise<number> {
  return Math.round(Number(await page.evaluate(`window.usableAfter`)))
}
