import AxeBuilder from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseDetail } from '../../server/contract/cases.ts'
import type { ResourceDraft } from '../../server/contract/studio.ts'
import type { TaskSummary } from '../../server/contract/tasks.ts'
import { browserPath, openBrowser, visitor, type Visitor } from '../support/browser.ts'
import { firstRun, signIn, startProduct, type Product, type SignedIn } from '../support/product.ts'

const drawn = '/api/studio/resources/process/cancel-order'

describe.skipIf(!browserPath() && process.env['CI'] !== 'true')('a case that has to go another way', () => {
  let product: Product
  let browser: Browser
  let admin: SignedIn
  let desk: Visitor
  let held: CaseDetail

  /** A case of the sample data that waits at one place, for people. */
  beforeAll(async () => {
    product = await startProduct({ env: { RATE_LIMIT: '0' } })
    admin = await firstRun(product)
    const { items } = await admin.get<{ items: CaseDetail['summary'][] }>('/api/cases?state=open&kind=cancellation')
    const waiting = items.find(({ steps }) => steps.length === 1 && steps[0]!.elementId === 'stopPick')
    held = await admin.get<CaseDetail>(`/api/cases/${waiting!.caseNo}`)
    browser = await openBrowser()
    desk = await visitor(browser)
    await desk.context.addCookies([{ name: 'retour', value: admin.cookie, url: product.url }])
  })

  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  it('says at its step what it waits for, under the pointer and to the keyboard', async () => {
    const { page } = desk
    await page.goto(`${product.url}/cases/${held.summary.caseNo}`)
    const step = page.locator('.diagram [data-element-id="stopPick"]').first()
    const tip = page.getByRole('tooltip')

    await step.locator('.djs-hit').first().hover()
    await tip.getByText('人办的一步').waitFor()
    await tip.getByText(/等.*办理/).waitFor()
    await page.mouse.move(0, 0)
    await tip.waitFor({ state: 'hidden' })
    await step.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowRight')
    await tip.locator('strong', { hasText: '停拣' }).waitFor()
    await page.keyboard.press('Escape')
    await tip.waitFor({ state: 'hidden' })
  })

  it('is moved on the diagram by an admin, who reads before what that does', async () => {
    const { page } = desk
    const { caseNo } = held.summary
    await page.getByRole('button', { name: '更多操作' }).click()
    await page.getByRole('menuitem', { name: '移动流程位置' }).click()

    await page.waitForURL(/\/move$/)
    const review = page.locator('.diagram [data-element-id="review"] .djs-hit').first()
    await review.waitFor()
    await review.click({ force: true })
    await page.getByText('停下，没做完的作废：停拣').waitFor()
    await page.getByRole('button', { name: `移动 ${caseNo}` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('仓库说还没有拣')
    await dialog.getByRole('button', { name: `移动 ${caseNo}` }).click()

    await page.getByText(`已移动：${caseNo}`).waitFor()
    const { summary } = await admin.get<CaseDetail>(`/api/cases/${caseNo}`)
    expect(summary.steps.map(({ elementId }) => elementId)).toEqual(['review'])
  })

  it('goes to a newer version once it is said which step is which', async () => {
    const { page } = desk
    const { caseNo } = held.summary
    const draft = await admin.get<ResourceDraft>(drawn)
    // The step has another id there, and another name: it cannot be found by itself.
    const content = draft.content
      .replaceAll(/(["> ])review(?=["<. ])/g, '$1look')
      .replace('<bpmn:userTask id="look" name="客服审核"', '<bpmn:userTask id="look" name="核对申请"')
    const { revision } = await admin.put<ResourceDraft>(`${drawn}/draft`, { content, revision: draft.revision })
    await admin.post(`${drawn}/publish`, { revision })

    await page.goto(`${product.url}/cases/${caseNo}/migrate`)
    await page.getByText(/有 \d 处不符/).waitFor()
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
    await page.getByRole('button', { name: /“客服审核”在新版本里是哪一步/ }).click()
    await page.getByRole('menuitemradio', { name: /核对申请/ }).click()
    await page.getByText('可以换，没有不符的地方').waitFor()
    await page.getByRole('button', { name: '换到第 2 版' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('新版本的步骤更清楚')
    await dialog.getByRole('button', { name: '换到第 2 版' }).click()

    await page.getByText(`${caseNo} 已换到第 2 版`).waitFor()
    const after = await admin.get<CaseDetail>(`/api/cases/${caseNo}`)
    expect([after.process.version, after.summary.steps[0]?.name]).toEqual([2, '核对申请'])
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
    expect(desk.complaints).toEqual([])
  })

  it('is agreed to together with others from the inbox, each with its own result', async () => {
    const lead = await signIn(product, { username: 'li', password: 'retour-demo-2026' })
    const mine = await lead.get<{ items: TaskSummary[] }>('/api/tasks?view=mine')
    const together = mine.items.filter(({ batch }) => batch.blocked === null).slice(0, 2)
    const { context, page, complaints } = await visitor(browser)
    await context.addCookies([{ name: 'retour', value: lead.cookie, url: product.url }])

    await page.goto(`${product.url}/workbench`)
    for (const { taskId } of together) await page.locator(`[data-task="${taskId}"] .el-checkbox`).click()
    await page.getByRole('button', { name: /^同意 2 件/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('情况属实')
    await dialog.getByRole('button', { name: /^同意 2 件/ }).click()

    await dialog.getByText('同意了 2 件，共 2 件').waitFor()
    const left = await lead.get<{ items: TaskSummary[] }>('/api/tasks?view=mine')
    expect(left.items.map(({ taskId }) => taskId)).not.toEqual(expect.arrayContaining([together[0]!.taskId]))
    expect(complaints).toEqual([])
    await context.close()
  })
})
