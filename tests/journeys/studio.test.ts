import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, openBrowser, visitor, type Visitor } from '../support/browser.ts'
import { firstRun, startProduct, type Product, type SignedIn } from '../support/product.ts'

describe.skipIf(!browserPath() && process.env['CI'] !== 'true')('an admin changes how cases are handled', () => {
  let product: Product
  let browser: Browser
  let admin: SignedIn
  let desk: Visitor

  beforeAll(async () => {
    product = await startProduct({ env: { RATE_LIMIT: '0' } })
    admin = await firstRun(product)
    browser = await openBrowser()
    desk = await visitor(browser)
    await desk.context.addCookies([{ name: 'retour', value: admin.cookie, url: product.url }])
  })

  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  const publish = async (page: Page, version: number) => {
    await page.getByRole('button', { name: '发布', exact: true }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `发布第 ${version} 版` })
      .click()
    await page.getByText(`第 ${version} 版已发布`).waitFor()
  }

  const levelOf = async (amount: number) => {
    const input = { doc: 'cancel', amount, tier: 'regular', ordersTouched: 1, reason: 'C32' }
    const { output } = await admin.post<{ output: unknown }>('/api/studio/decisions/approval-level/evaluate', { input })
    return typeof output === 'object' && output !== null ? Object.values(output)[0] : output
  }

  it('moves the lead’s limit in the decision table, and what is decided from then on follows it', async () => {
    const { page } = desk
    expect(await levelOf(400_000)).toBe(0)

    await page.goto(`${product.url}/studio/decision/approval-level`)
    await page.getByText('大于 5,000 元', { exact: true }).click()
    const limit = page.locator('.cell-editor input, [role=dialog] input').last()
    await limit.fill('3000')
    await limit.press('Enter')
    await page.getByText('大于 3,000 元', { exact: true }).waitFor()
    await page.getByText(/已保存/).waitFor()
    await publish(page, 2)

    expect(await levelOf(400_000)).toBe(1)
    expect(desk.complaints).toEqual([])
  })

  it('is shown what a table leaves out, tries the example, and closes the gap with a rule', async () => {
    const { page } = desk
    await page.goto(`${product.url}/studio/decision/compensation-ceiling`)
    await page.getByText('没有漏洞', { exact: true }).waitFor()

    await page.locator('.decision__table tbody tr').last().locator('.decision__deeds button').first().click()
    await page.getByRole('menuitem', { name: '删除' }).click()
    await page.getByText(/处没有规则/).waitFor()
    await page.getByRole('button', { name: '试这个例子' }).first().click()
    await page.getByText('没有一条符合', { exact: true }).waitFor()

    const rows = await page.locator('.decision__table tbody tr').count()
    await page.getByRole('button', { name: '加一条规则补上' }).first().click()
    await page.keyboard.press('Escape')
    expect(await page.locator('.decision__table tbody tr').count()).toBe(rows + 1)
    await page.getByText('没有漏洞', { exact: true }).waitFor()
    expect(desk.complaints).toEqual([])
  })

  it('builds a condition of groups by picking, and reads it beside the expression', async () => {
    const { page } = desk
    await page.goto(`${product.url}/studio/process/cancel-order`)
    await page.locator('[data-element-id="whoDecides-mayCancel_label"] .djs-hit').first().click({ force: true })
    await page.locator('.condition-group').first().waitFor()
    await page.getByRole('button', { name: '加一组条件' }).first().click()
    await page.getByText('并满足', { exact: true }).waitFor()
    await page.getByRole('button', { name: '写表达式' }).click()

    expect(await page.locator('.feel-editor__text').inputValue()).toBe(
      'level = 0 and assessment.outcome = "auto" and (refund.amount > 0 or refund.amount > 0)',
    )
    await page.getByText(/^读作 审批级别 是 0 且 .+ 且 （退款金额 大于 0 元 或 退款金额 大于 0 元）$/).waitFor()

    await page.locator('.feel-editor__text').fill('退款')
    await page.getByRole('option', { name: /refund\.amount/ }).click()
    await page.keyboard.type(' > 50000')
    await page.getByText('读作 退款金额 大于 500 元', { exact: true }).waitFor()
    await page.getByText(/已保存/).waitFor()
    expect(desk.complaints).toEqual([])
  })

  it('publishes a changed diagram: what runs goes on under its version, and both say so', async () => {
    const { page } = desk
    const before = await admin.get<{ items: Version[] }>('/api/studio/resources/process/cancel-order/versions')

    await page.goto(`${product.url}/studio/process/cancel-order`)
    await page.locator('[data-element-id=review]').waitFor()
    await page.locator('[data-element-id=review] .djs-hit').first().click({ force: true })
    const name = page.getByLabel(/名称/).first()
    await name.fill('客服初审')
    await name.press('Tab')
    await page.getByText(/已保存/).waitFor()
    await publish(page, 2)

    const after = await admin.get<{ items: Version[] }>('/api/studio/resources/process/cancel-order/versions')
    expect(after.items.map(({ version }) => version)).toEqual([2, 1])
    expect(after.items[1]?.running).toBe(before.items[0]?.running)
    expect(after.items[0]?.running).toBe(0)
    expect(after.items[0]?.content).toContain('客服初审')
    expect(desk.complaints).toEqual([])
  })

  it('finds an element by its word, puts it into the flow, is told what it lacks, names its signal and publishes it', async () => {
    const { page } = desk
    await page.goto(`${product.url}/studio/process/cancel-order`)
    const flow = page.locator('[data-element-id=reviewPhase-previewRefund] .djs-hit').first()
    await flow.waitFor({ state: 'attached' })
    await page.getByText(/没有问题/).waitFor()
    await page.getByRole('button', { name: '更多', exact: true }).click()
    await page.getByRole('searchbox').fill('等 信号')
    await page.locator('[data-kind=signalCatchEvent]').click()
    const box = (await flow.boundingBox())!
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    await page.mouse.move(middle.x, middle.y - 6)
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.click(middle.x, middle.y)
    await page.getByText(/1 个错误/).waitFor()

    await page.getByRole('button', { name: /^听到/ }).click()
    await page.getByText('新的信号…', { exact: true }).click()
    const name = page.getByLabel('叫', { exact: true })
    await name.fill('goods.back')
    await name.press('Tab')
    await page.getByText(/没有问题/).waitFor()
    await page.getByText(/已保存/).waitFor()
    await publish(page, 3)

    const { items } = await admin.get<{ items: Version[] }>('/api/studio/resources/process/cancel-order/versions')
    expect(items[0]?.content).toMatch(/<bpmn:signal id="\w+" name="goods\.back" \/>/)
    expect(items[0]?.content).toMatch(/<bpmn:signalEventDefinition id="\w+" signalRef="\w+" \/>/)
    expect(desk.complaints).toEqual([])
  })

  it('begins a process from nothing, puts an approval into it, publishes it and walks it to its end', async () => {
    const { page } = desk
    await page.goto(`${product.url}/studio`)
    await page.getByRole('button', { name: '新建流程' }).click()
    await page.getByRole('dialog').getByLabel('名称').fill('简单退货')
    await page.getByRole('button', { name: '建好并打开' }).click()
    const flow = page.locator('[data-element-id=firstStep-finish] .djs-hit').first()
    await flow.waitFor({ state: 'attached' })
    await page.getByText(/没有问题/).waitFor()

    await page.getByRole('button', { name: '审批', exact: true }).click()
    const box = (await flow.boundingBox())!
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    await page.mouse.move(middle.x, middle.y - 6)
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.click(middle.x, middle.y)
    const name = page.getByLabel('名称', { exact: true })
    await name.fill('主管审批')
    await name.press('Tab')
    await page.getByText(/没有问题/).waitFor()
    await page.getByText(/已保存/).waitFor()
    await publish(page, 1)

    await page.goto(`${product.url}/studio/process/jian-dan-tui-huo/runs`)
    await page.getByRole('button', { name: '发起一次' }).click()
    await page.getByRole('link', { name: '去办：第一步' }).click()
    await page.getByRole('button', { name: /^办结/ }).click()
    await page.getByText(/^已办结/).waitFor()
    await page.goto(`${product.url}/studio/process/jian-dan-tui-huo/runs`)
    await page.locator('tbody a').first().click()
    await page.getByRole('link', { name: '去办：主管审批' }).click()
    await page.getByRole('button', { name: /^同意/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: /^同意/ }).click()
    await page.getByText(/^已同意/).waitFor()

    await page.goto(`${product.url}/studio/process/jian-dan-tui-huo/runs`)
    await page.getByText('已走完', { exact: true }).waitFor()
    expect(desk.complaints).toEqual([])
  })

  it('is told at the element why a diagram cannot run, and nothing is published', async () => {
    const draft = await admin.get<{ content: string; revision: number }>('/api/studio/resources/process/cancel-order')
    const broken = draft.content.replace('assessment.outcome = "refuse"', 'assessment.outcome = ')

    const { problems } = await admin.post<{ problems: { elementId: string; severity: string; code: string }[] }>(
      '/api/studio/check',
      { kind: 'process', content: broken },
    )

    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({ elementId: 'allowed-refusedByPolicy', code: 'feel.syntax' }),
    ])
  })
})

interface Version {
  version: number
  running: number
  content: string
}
