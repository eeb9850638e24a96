import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, openBrowser, visitor } from '../support/browser.ts'
import { aStuckRun } from '../support/claims.bpmn.ts'
import { firstRun, startProduct, type Product } from '../support/product.ts'

/** Every page as a person finds it: width, color and language, each once one way and once the other. */
const faces = [
  { name: 'desk, light, Chinese', phone: false, dark: false, language: 'zh-CN' },
  { name: 'phone, dark, English', phone: true, dark: true, language: 'en' },
]

describe.skipIf(!browserPath() && process.env['CI'] !== 'true')('every page', () => {
  let product: Product
  let browser: Browser
  let pages: string[]
  let cookies: { name: string; value: string; url: string }[]

  beforeAll(async () => {
    product = await startProduct({ env: { RATE_LIMIT: '0' } })
    const admin = await firstRun(product)
    cookies = [{ name: 'retour', value: admin.cookie, url: product.url }]
    const [openCase] = (
      await admin.get<{ items: { caseNo: string; orderNo: string }[] }>('/api/cases?state=open&limit=1')
    ).items
    const [task] = (await admin.get<{ items: { taskId: string }[] }>('/api/tasks?view=claimable&limit=1')).items
    const made = await admin.post<{ id: string }>('/api/studio/resources', { kind: 'process', name: '简单退货' })
    await admin.post(`/api/studio/resources/process/${made.id}/publish`, { revision: 1 })
    const run = await admin.post<{ runId: string }>(`/api/processes/${made.id}/start`)
    const stuck = await aStuckRun(admin)
    pages = [
      '/login',
      '/ask',
      '/workbench',
      '/orders',
      `/orders/${openCase?.orderNo}`,
      '/cases',
      `/cases/${openCase?.caseNo}`,
      `/cases/${openCase?.caseNo}/move`,
      `/cases/${openCase?.caseNo}/migrate`,
      `/cases/new?order=${openCase?.orderNo}`,
      '/goods',
      '/studio',
      '/studio/process/cancel-order',
      '/studio/decision/approval-level',
      '/studio/form/cancel-review',
      `/studio/process/${made.id}/runs`,
      `/studio/runs/${run.runId}`,
      '/incidents',
      '/incidents?q=nothing-like-it',
      `/studio/runs/${stuck}?at=size`,
      '/settings',
      '/settings?view=calendars',
      '/settings/calendars/office',
      '/settings/people/li',
      '/me',
      ...(task ? [`/tasks/${encodeURIComponent(task.taskId)}`] : []),
    ]
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  it.each(faces)(
    'can be read and used by everybody: $name',
    async ({ phone, dark, language }) => {
      const { context, page, complaints } = await visitor(browser, { phone, language })
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' })
      const findings: string[] = []

      for (const path of pages) {
        if (path === '/login') await context.clearCookies()
        else await context.addCookies(cookies)
        await page.goto(`${product.url}${path}`)
        await settled(page)
        findings.push(...(await faults(page)).map((fault) => `${path}: ${fault}`))
      }

      expect(findings).toEqual([])
      expect(complaints).toEqual([])
      await context.close()
    },
    300_000,
  )
})

/** The page has read what it shows: nothing is loading and no skeleton is left. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  await page.locator('main, .rt-sheet, [role=main]').first().waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], .rt-skeleton') === null)
}

/** What a person would stumble over: serious accessibility faults, a page wider than the screen, a key instead of a word. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(' ')}`)
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  const text = await page.locator('body').innerText()
  const keys =
    /\b(?:workbench|orders|cases|tasks|goods|studio|settings|customer|login|navigation)\.[a-z][A-Za-z.]+/.exec(text)
  return [
    ...serious,
    ...(overflow > 0 ? [`${overflow} px wider than the screen`] : []),
    ...(keys ? [`shows the key ${keys[0]}`] : []),
  ]
}
