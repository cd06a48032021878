/** Takes the pictures of README and docs from the running system: `node test/browser/pictures.ts`, some two minutes. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../support/system.ts'
import { startNight } from './support/city-night.ts'
import { withPalette } from './support/palette-png.ts'
import { logIn, openBrowser, rowOf } from './support/station.ts'

const folder = join(root, 'docs/pictures')

mkdirSync(folder, { recursive: true })
const [browser, night] = await Promise.all([openBrowser(), startNight()])
try {
  await night.begin()
  const officer = await logIn(browser, { url: night.system.url, user: 'jia' })
  const approver = await logIn(browser, { url: night.system.url, user: 'yi' })
  const half = night.unfold(40, 1_500)
  await rowOf(officer, '1203-T4').waitFor({ timeout: 90_000 })
  await half
  // Some are seen to, some are not: the first of what the officer would do.
  for (const tag of ['1203-T0', '1203-T1', 'ZK-3', 'AQ-1', '2109-T1', 'NH-02', 'OP-01', 'ZHF-CH4']) {
    await rowOf(officer, tag).first().click()
    await officer.keyboard.press('a')
    await rowOf(officer, tag).first().and(officer.locator('[data-state=acknowledged]')).waitFor()
  }
  await officer.evaluate(`document.querySelector('[data-testid=alarm-list]').scrollTop = 0`)
  await rowOf(officer, 'SW-1').first().click()
  await officer.mouse.move(2, 2)
  await officer.waitForTimeout(3_000)
  await take(officer, 'desk-day')
  await turn(officer)
  await take(officer, 'desk-night')
  await turn(officer)

  await officer.getByTestId('commands').waitFor()
  await rowOf(officer, 'ZK-2').first().dblclick()
  await officer.getByTestId('alarm-page').waitFor()
  await officer.waitForTimeout(1_500)
  await take(officer, 'alarm')

  await approver.goto(`${night.system.url}/#/broadcasts`)
  await approver.getByTestId('receipt-row').first().waitFor()
  await approver.waitForTimeout(1_500)
  await take(approver, 'broadcast')

  const phone = await logIn(browser, {
    url: night.system.url,
    user: 'jia',
    context: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  })
  await phone.getByTestId('detail').waitFor()
  await phone.waitForTimeout(1_500)
  await take(phone, 'phone')

  await officer.goto(`${night.system.url}/#/desk`)
  night.system.signal('SIGSTOP')
  await officer.getByTestId('fault-band').waitFor({ timeout: 15_000 })
  await officer.waitForTimeout(5_000)
  await take(officer, 'feed-lost')
  night.system.signal('SIGCONT')
} finally {
  await browser.close()
  await night.stop()
}

async function take(page: Page, name: string): Promise<void> {
  writeFileSync(join(folder, `${name}.png`), withPalette(await page.screenshot()))
  console.log(`docs/pictures/${name}.png`)
}

/** From day to night, or back, as the officer does it. */
async function turn(page: Page): Promise<void> {
  await page.getByTestId('person').click()
  await page.getByRole('menuitem', { name: /日间|夜间/ }).click()
  await page.mouse.move(2, 2)
  await page.getByRole('menuitem').first().waitFor({ state: 'hidden' })
}
