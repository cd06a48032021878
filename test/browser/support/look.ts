/** What is wrong with a page to look at: too small, cut, in the wrong language, more than one scrollbar, not accessible. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Violations, contrast included: `rule: element`. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(`window.axe === undefined && (() => { ${axeSource} })()`)
  return lines(
    await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + (any[0]?.message ?? '').slice(0, 120))
      ).join('\\n'))`),
  )
}

/** In Chinese pages besides units, keys and the names of points. */
const ENGLISH_ALLOWED = ['Enter', 'Ctrl', 'Esc', 'English', 'kPa', 'ppm', 'vol']

/** Everything that an eye would find wrong, as `kind: where: text`. */
export async function lookFindings(page: Page, { language }: { readonly language: 'zh' | 'en' }): Promise<string[]> {
  return lines(
    await page.evaluate(`(() => {
      const allowed = new Set(${JSON.stringify(ENGLISH_ALLOWED)})
      const findings = []
      const name = (element) => element.tagName.toLowerCase() +
        (typeof element.className === 'string' && element.className !== '' ? '.' + element.className.trim().replaceAll(/\\s+/g, '.') : '')
      const found = (kind, element, text) =>
        findings.push(kind + ': ' + name(element.parentElement ?? element) + ' > ' + name(element) + ': ' + text.trim().slice(0, 60))
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) {
        const node = walker.currentNode
        const text = node.data
        const own = node.parentElement
        if (text.trim() === '' || own.closest('.vh, script, style, option') !== null) continue
        const range = document.createRange()
        range.selectNodeContents(node)
        const box = range.getBoundingClientRect()
        const style = getComputedStyle(own)
        if (box.width === 0 || style.visibility === 'hidden') continue
        if (parseFloat(style.fontSize) < 14) found('small', own, text)
        // A line is lower than the box of its letters.
        const slack = 0.4 * parseFloat(style.fontSize)
        if (${language === 'zh'} && own.closest('[lang=en], kbd, code') === null) {
          const words = (text.match(/[A-Za-z]*[a-z]{3,}[A-Za-z]*/g) ?? []).filter((word) => !allowed.has(word))
          if (words.length > 0) found('english', own, text)
        }
        const frame = own.closest('.lv, .btn, .tag, .chipf')
        const edges = frame?.getBoundingClientRect()
        if (edges !== undefined && (box.right > edges.right || box.left < edges.left)) found('spills', own, text)
        let [acrossFree, downFree] = [true, true]
        for (let outer = own; outer !== null && outer !== document.body; outer = outer.parentElement) {
          const { overflowX, overflowY, textOverflow, paddingLeft, paddingRight } = getComputedStyle(outer)
          const edge = outer.getBoundingClientRect()
          // An ellipsis comes as soon as the text meets the padding.
          const [left, right] = textOverflow === 'ellipsis' ? [parseFloat(paddingLeft), parseFloat(paddingRight)] : [-1.5, -1.5]
          const isWide = box.right > edge.right - right + 0.5 || box.left < edge.left + left - 0.5
          const cutAcross = acrossFree && overflowX !== 'visible' && isWide
          const cutDown = downFree && overflowY !== 'visible' && (box.bottom > edge.bottom + slack || box.top < edge.top - slack)
          // What scrolls can be brought into sight; what ends in an ellipsis and has a title can be read, unless it is a number.
          if (cutAcross && (overflowX === 'hidden' || overflowX === 'clip')) {
            const readable = textOverflow === 'ellipsis' && own.closest('[title]') !== null
            if (!readable || own.closest('.c-v, .c-lim, .val, .n') !== null) found('cut', own, text)
            acrossFree = false
          }
          if (cutDown && (overflowY === 'hidden' || overflowY === 'clip')) {
            found('cut below', own, text)
            downFree = false
          }
          if (overflowX === 'auto' || overflowX === 'scroll') acrossFree = false
          if (overflowY === 'auto' || overflowY === 'scroll') downFree = false
        }
      }
      const bars = [...document.querySelectorAll('body *')].filter((element) => {
        const { overflowY } = getComputedStyle(element)
        return (overflowY === 'auto' || overflowY === 'scroll') && element.tagName !== 'TEXTAREA' && element.scrollHeight > element.clientHeight + 1
      })
      const nested = bars.filter((bar) => bars.some((other) => other !== bar && other.contains(bar)))
      // Two panes may scroll side by side; the desk has its list alone.
      if (nested.length > 0 || (bars.length > 1 && document.querySelector('.main.desk') !== null)) {
        findings.push('scrollbars: ' + bars.map(name).join(', '))
      }
      for (const element of document.querySelectorAll('html, body *')) {
        // Tables that are meant to be pushed sideways on a phone say so.
        if (element.matches('.sideways, textarea, input') || element.scrollWidth <= element.clientWidth + 1) continue
        const { overflowX } = getComputedStyle(element)
        if (element === document.documentElement || overflowX === 'auto' || overflowX === 'scroll') findings.push('pushed sideways: ' + name(element))
      }
      return [...new Set(findings)].join('\\n')
    })()`),
  )
}

/** Rows of the list that are whole on the screen. */
export async function wholeRows(page: Page): Promise<number> {
  return Number(
    await page.evaluate(`(() => {
      const { top, bottom } = document.querySelector('[data-testid=alarm-list]').getBoundingClientRect()
      return [...document.querySelectorAll('[data-testid=alarm-list] [role=row]')].filter((row) => {
        const box = row.getBoundingClientRect()
        return box.top >= top && box.bottom <= bottom + 1
      }).length - 1
    })()`),
  )
}

function lines(found: unknown): string[] {
  const text = String(found)
  return text === '' ? [] : text.split('\n')
}
