import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

const candidates = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where the installed browser is; undefined when there is none. */
export const browserPath = (): string | undefined => candidates.find((path) => path !== undefined && existsSync(path))

/** A real Chromium. With `CI=true` a missing one is a failure; elsewhere the journeys are skipped. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = browserPath()
  if (!executablePath) throw new Error('No Chromium found: install chromium or google-chrome, or set CHROME_PATH.')
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface Visitor {
  context: BrowserContext
  page: Page
  /** What the page complained about: console errors, page errors, refused policies. */
  complaints: string[]
}

/** A person with a browser of her own: cookies apart from everybody else's. */
export async function visitor(
  browser: Browser,
  options: { phone?: boolean; language?: string } = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: options.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    locale: options.language ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(10_000)
  const { language } = options
  if (language !== undefined)
    await context.addInitScript((chosen) => localStorage.setItem('retour.language', chosen), language)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { context, page, complaints }
}
