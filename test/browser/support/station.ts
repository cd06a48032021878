/** The whole system as an officer meets it: the real program, simulated loudspeakers, sensor gateways, a real browser. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUser } from '@tocsin/config/credentials.ts'
import type { Role, Scope } from '@tocsin/core/domain/feed.ts'
import { type RunningPlatform, startPlatform } from '@tocsin/simulators/platform/platform.ts'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import { root, SECRET, System } from '../../support/system.ts'
import { gatewayOf, type PlantSpec, writePlants } from './plant.ts'
import { connectGateway, type SensorGateway } from './sensor-gateway.ts'

export interface StationOptions {
  readonly plants: readonly PlantSpec[]
  readonly users: readonly {
    readonly id: string
    readonly name?: string
    readonly role: Role
    readonly scope?: Scope
  }[]
  readonly loudspeakers?: boolean
}

export interface Station {
  readonly system: System
  /** Of every plant, by its id. */
  readonly gateways: ReadonlyMap<string, SensorGateway>
  readonly platform: RunningPlatform | null
  readonly browser: Browser
  stop(): Promise<void>
}

export async function startStation({ plants, users, loudspeakers = false }: StationOptions): Promise<Station> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-browser-'))
  const undo: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    const platform = loudspeakers ? await startPlatform({ playSeconds: 1, rounds: 2 }) : null
    if (platform) undo.push(() => platform.stop())
    const system = await System.create({
      registry: writePlants(join(folder, 'registry'), plants, platform?.url ?? null),
      enterprises: [...new Set(plants.map(({ enterprise }) => enterprise))],
      set: ['rules.packs=[]', `rules.paths=[${join(root, 'test/browser/rules')}]`, 'broadcast.pollMs=300ms'],
      console: true,
    })
    undo.push(() => system.dispose())
    for (const { id, name = id, role, scope = { areas: [], enterprises: [] } } of users) {
      await setUser(system.data, { id, name, role, scope }, SECRET)
    }
    await system.start()
    const gateways = new Map<string, SensorGateway>()
    for (const plant of plants) {
      const login = { enterprise: plant.enterprise, gateway: gatewayOf(plant) }
      const gateway = await connectGateway(system.mqtt, login)
      undo.push(() => gateway.end())
      gateways.set(plant.id, gateway)
    }
    const browser = await openBrowser()
    undo.push(() => browser.close())
    return { system, gateways, platform, browser, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Chromium as an officer has it: no flag that lets sound begin by itself. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['TOCSIN_CHROMIUM'] ?? candidates.find((path) => existsSync(path))
  if (executablePath === undefined) {
    throw new Error('no Chromium is installed (apt-get install chromium fonts-noto-cjk), nor named by TOCSIN_CHROMIUM')
  }
  return chromium.launch({ executablePath, ignoreDefaultArgs: ['--hide-scrollbars'] })
}

export interface LogInOptions {
  readonly url: string
  readonly user: string
  readonly password?: string
  readonly context?: BrowserContextOptions
  /** Runs in the page before its own scripts. */
  readonly before?: string
  /** What must be in place before the page is opened. */
  readonly prepare?: (page: Page) => Promise<void>
}

/** Logs in as an officer does, by a click on 开始值班; resolves when the feed is current. */
export async function logIn(browser: Browser, options: LogInOptions): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options.context })
  if (options.before !== undefined) await context.addInitScript(options.before)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await options.prepare?.(page)
  await page.goto(options.url)
  await page.getByTestId('login-user').fill(options.user)
  await page.getByTestId('login-password').fill(options.password ?? SECRET)
  await page.getByTestId('login-start').click()
  await page.locator('[data-testid=feed-age][data-state=ok]').waitFor()
  return page
}

/** The row of an alarm in the list, by its sensor's tag. */
export function rowOf(page: Page, tag: string): Locator {
  return page.getByTestId('alarm-row').filter({ has: page.getByText(new RegExp(`^${tag} `)) })
}
