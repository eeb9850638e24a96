import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, openBrowser, visitor, type Visitor } from '../support/browser.ts'
import { startProduct, type Product } from '../support/product.ts'

/** The admin of the first run, and what the sample's people sign in with (docs/packs.md). */
const ADMIN = { username: 'admin', password: 'a-long-first-password' }
const DEMO_PASSWORD = 'retour-demo-2026'
/** 郑书瑶 of the sample data; her newest order is paid and not picked. */
const PHONE = '13812346027'

interface OrderPage {
  order: {
    state: string
    total: number
    invoiceNo: string | null
    balance: Record<string, number>
    lines: { ordered: number; canceled: number; reserved: number }[]
    refunds: { state: string; amount: number }[]
  }
  creditNotes: { total: number }[]
}

interface TaskRow {
  taskId: string
  caseNo: string
  step: string
  title: string
  mark: string | null
}

describe.skipIf(!browserPath() && process.env['CI'] !== 'true')('a customer’s cancellation, through everything', () => {
  let product: Product
  let browser: Browser

  beforeAll(async () => {
    product = await startProduct({ env: { RATE_LIMIT: '0' } })
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  const signIn = async ({ page }: Visitor, username: string, password: string) => {
    await page.goto(`${product.url}/login`)
    await page.getByLabel('用户名').fill(username)
    await page.getByLabel('密码').fill(password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/login'))
  }

  /** The newest order of the sample's customer, read as a colleague reads it. */
  const newestOrder = async ({ page }: Visitor): Promise<string> => {
    const answer = await page.request.get(`${product.url}/api/orders?limit=1&q=${encodeURIComponent('郑书瑶')}`)
    const { items } = (await answer.json()) as { items: { orderNo: string }[] }
    return items[0]?.orderNo ?? ''
  }

  let admin: Visitor
  let orderNo = ''

  it('begins with an admin who installs the pack with sample data', async () => {
    admin = await visitor(browser)
    const { page } = admin

    await page.goto(product.url)
    await page.getByLabel('姓名').fill('周明元')
    await page.getByLabel('登录用户名').fill(ADMIN.username)
    await page.getByLabel('密码').fill(ADMIN.password)
    await page.getByLabel('名称', { exact: true }).fill('山屿家居')
    await page.getByRole('button', { name: '创建并进入' }).click()
    await page.waitForURL((url) => !url.pathname.includes('first-run'), { timeout: 90_000 })

    orderNo = await newestOrder(admin)
    expect(orderNo).toMatch(/^SO\d{6}-\d{4}$/)
    expect(admin.complaints).toEqual([])
  })

  it('goes through alone: she sees policy and refund before sending, and the money is back within seconds', async () => {
    const customer = await visitor(browser, { phone: true })
    const { page } = customer

    await page.goto(`${product.url}/ask`)
    await page.getByLabel('订单号').fill(orderNo)
    await page.getByLabel('下单手机号').fill(PHONE)
    await page.getByRole('button', { name: '查看订单' }).click()
    await page.getByRole('radio', { name: '个人原因' }).click()
    await page.getByRole('radio', { name: '不再需要' }).click()
    await page.getByText('可以取消，马上退款').waitFor()
    await page.getByLabel('我已看过政策和费用').check()
    const expected = await page.locator('.ask__sum .rt-money').innerText()
    await page.getByRole('button', { name: '提交申请' }).click()

    await page.waitForURL(/\/c\//)
    await page.getByRole('heading', { name: '退款已到账' }).waitFor()
    expect(await page.locator('.follow__money .rt-money').innerText()).toBe(expected)
    expect(customer.complaints).toEqual([])
    await customer.context.close()
  })

  it('shows in the order, the stock, the ledger and the case, and all agree', async () => {
    const answer = await admin.page.request.get(`${product.url}/api/orders/${orderNo}`)
    const { order, creditNotes } = (await answer.json()) as OrderPage
    const cases = await admin.page.request.get(`${product.url}/api/cases?orderNo=${orderNo}`)
    const [held] = ((await cases.json()) as { items: { state: string; amount: number }[] }).items
    const succeeded = order.refunds.filter(({ state }) => state === 'succeeded')
    const refunded = succeeded.reduce((sum, { amount }) => sum + amount, 0)
    const credited = creditNotes.reduce((sum, { total }) => sum + Math.abs(total), 0)

    expect(order.state).toBe('canceled')
    expect(order.lines.every((line) => line.canceled === line.ordered && line.reserved === 0)).toBe(true)
    expect(refunded).toBe(order.total)
    expect(order.balance).toMatchObject({ refunded: order.total, held: 0, refundable: 0 })
    expect(held).toMatchObject({ state: 'executed', amount: order.total })
    expect(credited).toBe(order.invoiceNo === null ? 0 : order.total)
  })

  it('waits for a clerk when the policy says so: she decides, and the open case page follows without reload', async () => {
    const clerk = await visitor(browser)
    await signIn(clerk, 'lin', DEMO_PASSWORD)
    const list = await clerk.page.request.get(`${product.url}/api/tasks?view=mine&limit=50`)
    const { items } = (await list.json()) as { items: TaskRow[] }
    const [task] = items.filter(({ step, mark }) => step === '客服审核' && mark === null)
    await admin.page.goto(`${product.url}/cases/${task?.caseNo}`)
    await admin.page.getByText('流程走到哪了').waitFor()

    await clerk.page.goto(`${product.url}/tasks/${encodeURIComponent(task?.taskId ?? '')}`)
    await clerk.page.getByRole('button', { name: /^同意，退/ }).click()
    await clerk.page
      .getByRole('dialog')
      .getByRole('button', { name: /^同意，退/ })
      .click()
    await clerk.page.getByText(/^已同意/).waitFor()

    await admin.page.locator('.rt-page-header').getByText('已取消，已退款').waitFor()
    const held = await admin.page.request.get(`${product.url}/api/cases/${task?.caseNo}`)
    expect(((await held.json()) as { summary: { state: string } }).summary.state).toBe('executed')
    expect(clerk.complaints).toEqual([])
    expect(admin.complaints).toEqual([])
    await clerk.context.close()
  })

  it('is refused by a lead on the phone with words that the customer reads', async () => {
    const lead = await visitor(browser, { phone: true })
    await signIn(lead, 'li', DEMO_PASSWORD)
    const list = await lead.page.request.get(`${product.url}/api/tasks?view=mine&limit=50`)
    const { items } = (await list.json()) as { items: TaskRow[] }
    const [task] = items.filter(({ step, title }) => step === '组长审批' && title.startsWith('取消'))

    await lead.page.goto(`${product.url}/tasks/${encodeURIComponent(task?.taskId ?? '')}`)
    await lead.page.getByRole('button', { name: /^驳回/ }).click()
    const dialog = lead.page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^驳回/ }).click()
    await dialog.getByText('写一句再发出').waitFor()
    await dialog.getByLabel('驳回理由').fill('仓库已经按您的要求改好地址，今天就能发出。')
    await dialog.getByRole('button', { name: /^驳回/ }).click()
    await lead.page.getByText(/^已驳回/).waitFor()

    await expect
      .poll(async () => {
        const held = await admin.page.request.get(`${product.url}/api/cases/${task?.caseNo}`)
        const { summary, explanation } = (await held.json()) as { summary: { state: string }; explanation: string }
        return `${summary.state}: ${explanation}`
      })
      .toBe('rejected: 仓库已经按您的要求改好地址，今天就能发出。')
    expect(lead.complaints).toEqual([])
    await lead.context.close()
  })

  it('lets a colleague sign in and see only what is his', async () => {
    const keeper = await visitor(browser)

    await signIn(keeper, 'zhao', DEMO_PASSWORD)
    const studio = await keeper.page.request.get(`${product.url}/api/studio/resources`)
    const tasks = await keeper.page.request.get(`${product.url}/api/tasks?view=mine`)

    expect(studio.status()).toBe(403)
    expect(tasks.status()).toBe(200)
    await keeper.context.close()
  })
})
