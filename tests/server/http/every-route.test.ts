import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sign, signatureHeader } from '../../../server/billing/signature.ts'
import { csrfOf } from '../../../server/identity/sessions.ts'
import { collections } from '../../../server/product.ts'
import { aStory } from '../../support/a-story.ts'
import { PASSWORD } from '../../support/app.ts'
import {
  brokenBodies,
  hostileValues,
  hostileWords,
  operationsOf,
  placesOf,
  textWith,
  type Operation,
} from '../../support/hostile-requests.ts'

interface Answer {
  status: number
  type: string
  text: string
}

interface Problem {
  code?: string
  where?: string
  message?: { zh?: string; en?: string }
  fields?: unknown[]
}

const roles = ['admin', 'owner', 'cs-cancel', 'cs-lead', 'cs-head', 'finance', 'warehouse', 'order-desk']
const pickingOrder = 'SO261112-0427'
const otherOrder = 'SO261112-0428'
/** What a refusal must name a field for. */
const aboutFields = new Set(['request.invalid', 'unknown_field', 'json.number', 'json.text', 'cursor.invalid'])

/** A shop with an open case at a desk, and callers for every kind of rule. */
async function aShopUnderAttack() {
  const story = await aStory({ RATE_LIMIT: '0' })
  const { app } = story
  await story.sell()
  await story.startPicking(pickingOrder)
  const { caseNo, link } = await story.ask()
  await story.sell({ orderNo: otherOrder })
  const [task] = await story.tasksOf(caseNo)
  const { capability } = await story.lookUp(otherOrder)
  await app.as('boss', { roles })
  const admin = await story.as('admin')
  const document = (await app.anonymous.get('/api/openapi.json')).body as Parameters<typeof operationsOf>[0]
  let token = (await app.sessions.open('boss')).token

  const ids: Record<string, string> = {
    orderNo: pickingOrder,
    caseNo,
    taskId: task!.taskId,
    userId: 'zhao',
    departmentId: 'cs-team',
    key: 'cs-cancel',
    calendarId: 'office',
    kind: 'process',
    name: 'reasons',
    incidentId: 'incident-1',
    fileId: 'file-0001',
    notificationId: 'note-1',
    processId: 'cancel-order',
    runId: 'run-1',
    capability: link.replace('/c/', ''),
  }
  const idOf = (path: string) =>
    path.includes('/packs/') ? 'after-sales' : path.includes('/decisions/') ? 'approval-level' : 'cancel-order'

  /** The address of an operation, with other (already encoded) words for some of its parameters. */
  const addressOf = ({ path }: Operation, words: Record<string, string> = {}) =>
    path.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => words[name] ?? encodeURIComponent(name === 'id' ? idOf(path) : (ids[name] ?? 'x')),
    )

  const lines = (await story.order(otherOrder)).lines.map(({ id }) => ({ orderLineId: id, quantity: 1 }))
  const request = { lines, reason: 'C32', reasonText: '不要了', policySeen: true, files: [] }
  const explanation = '供应商停产，我们很抱歉，这一款商品没有办法再按时给您发出，钱会全部退回到原来的账户。'
  const substitute = { to: 'qian', from: '2026-11-25T02:00:00.000Z', until: '2026-11-26T02:00:00.000Z' }
  const versionOf = async (userId: string) => (await app.identity.user(userId))?.version
  const draft = async () => (await admin.get('/api/studio/resources/process/cancel-order')).body as Draft
  const act = { action: 'complete', comment: '好', variables: { stopResult: 'stopped', lines: [{ note: 'x' }] } }

  const move = {
    changes: [{ from: 'stopPick', to: 'stopPick', variables: { a: 1 }, mapping: [{ source: '1', target: 'x' }] }],
  }
  const migration = { version: 1, mapping: { stopPick: 'stopPick' } }

  /** A body that each operation takes, so that one wrong place is all that is wrong with it. */
  const goodBodies: Record<string, () => unknown> = {
    'POST /api/session': () => ({ username: 'zhao', password: PASSWORD }),
    'POST /api/session/password': () => ({ current: PASSWORD, password: PASSWORD }),
    'POST /api/setup': () => ({
      company: '青禾商城',
      name: '陈静',
      username: 'chen',
      password: PASSWORD,
      pack: 'after-sales',
      sampleData: false,
      token: 'x',
    }),
    'POST /api/users': () => ({
      username: 'nova',
      name: '新来的',
      password: PASSWORD,
      roles: ['cs-cancel'],
      departmentId: null,
      managerId: 'li',
      email: 'nova@example.com',
    }),
    'PATCH /api/users/{userId}': async () => ({
      version: await versionOf('zhao'),
      name: '赵',
      roles: ['cs-cancel'],
      departmentId: null,
      managerId: 'li',
      email: 'zhao@example.com',
      active: true,
      substitute,
    }),
    'PUT /api/users/{userId}/password': () => ({ password: PASSWORD }),
    'PUT /api/departments/{departmentId}': () => ({
      name: '客服部',
      parentId: null,
      headId: 'zhao',
      calendarId: 'office',
    }),
    'PUT /api/roles/{key}': () => ({ name: { zh: '取消专员', en: 'Clerk' }, does: '受理' }),
    'PUT /api/calendars/{calendarId}': () => ({
      name: { zh: '办公室', en: 'Office' },
      timeZone: 'Asia/Shanghai',
      hours: ['09:00-18:00'],
      days: [1, 2, 3, 4, 5],
      holidays: ['2026-10-01'],
      makeUpDays: ['2026-10-10'],
    }),
    'PUT /api/session/substitute': async () => ({ version: await versionOf('boss'), substitute }),
    'POST /api/users/{userId}/handover': async () => ({ to: 'qian', version: await versionOf('zhao') }),
    'POST /api/webhooks/payments/sandbox': () => ({
      eventId: 'E1',
      kind: 'refund.succeeded',
      subject: 'K1',
      orderNo: pickingOrder,
      amount: 1,
      currency: 'CNY',
    }),
    'POST /api/cases': () => ({
      kind: 'merchantCancellation',
      orderNo: otherOrder,
      channelIn: 'phone',
      request,
      merchant: { explanation, alternatives: [], noAlternativeWhy: '没有同款' },
    }),
    'POST /api/cases/preview': () => ({ kind: 'cancellation', orderNo: otherOrder, request }),
    'POST /api/cases/{caseNo}/communications': () => ({
      channel: 'phone',
      direction: 'in',
      body: '客户来电',
      visible: false,
      files: [],
    }),
    'POST /api/cases/{caseNo}/cancel': () => ({ reason: '客户不再需要' }),
    'POST /api/incidents/{incidentId}/data': () => ({ values: [{ path: 'order.note', value: '补上的' }] }),
    'POST /api/runs/{runId}/activate': () => ({ element: 'free', inner: ['call'] }),
    'POST /api/cases/{caseNo}/activate': () => ({ element: 'stopPick', inner: ['stopPick'] }),
    'POST /api/cases/{caseNo}/modify': () => ({ ...move, reason: '这一步再做一遍' }),
    'POST /api/cases/{caseNo}/modify/preview': () => move,
    'POST /api/cases/{caseNo}/migration/preview': () => migration,
    'POST /api/cases/{caseNo}/migrate': () => ({ ...migration, reason: '换到新版本' }),
    'POST /api/runs/{runId}/modify': () => ({ ...move, reason: '这一步再做一遍' }),
    'POST /api/runs/{runId}/modify/preview': () => move,
    'POST /api/runs/{runId}/migration/preview': () => migration,
    'POST /api/runs/{runId}/migrate': () => ({ ...migration, reason: '换到新版本' }),
    'POST /api/public/orders/lookup': () => ({ orderNo: pickingOrder, phone: '13812346027' }),
    'POST /api/public/cancellations/preview': () => request,
    'POST /api/public/cancellations': () => request,
    'POST /api/public/case/answer': () => ({ text: '你好', files: [] }),
    'POST /api/public/case/choose': () => ({ taskId: task!.taskId, value: 'refund' }),
    'POST /api/public/case/withdraw': () => ({ comment: '不取消了' }),
    'POST /api/public/case/messages': () => ({ text: '你好', files: [] }),
    'POST /api/tasks/{taskId}/acts': () => act,
    'POST /api/tasks/batch': () => ({ acts: [{ taskId: task!.taskId, ...act }] }),
    'POST /api/tasks/{taskId}/preview': () => act,
    'PUT /api/tasks/{taskId}/draft': () => ({ variables: act.variables }),
    'PUT /api/studio/resources/{kind}/{id}/draft': async () => {
      const { content, revision } = await draft()
      return { content, revision }
    },
    'POST /api/studio/resources': () => ({ kind: 'form', name: '退货申请' }),
    'POST /api/studio/check': () => ({ kind: 'form', content: '{}' }),
    'POST /api/studio/resources/{kind}/{id}/publish': async () => ({ revision: (await draft()).revision }),
    'POST /api/studio/decisions/{id}/evaluate': () => ({
      input: { doc: 'cancel', amount: 1, tier: 'regular', ordersTouched: 1, reason: 'C32' },
    }),
    'POST /api/packs/{id}/install': () => ({ sampleData: false }),
  }

  /** What the caller whom the rule means sends along. */
  function credentials({ allow, path }: Operation, body: string | undefined): Record<string, string> {
    if (allow === 'signature')
      return { [signatureHeader]: sign('a shared secret', body ?? '', Date.parse(app.clock.now())) }
    if (allow !== 'capability') return { cookie: `retour=${token}`, 'x-retour-csrf': csrfOf(token) }
    return { 'x-retour-capability': path.includes('/cancellations') ? capability : (ids['capability'] as string) }
  }

  async function send(operation: Operation, address: string, body?: string, headers: Record<string, string> = {}) {
    const leave = new AbortController()
    const answer = await fetch(`${app.url}${address}`, {
      method: operation.method,
      signal: leave.signal,
      headers: {
        ...credentials(operation, body),
        'idempotency-key': app.key(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const type = answer.headers.get('content-type') ?? ''
    const isStream = type.startsWith('text/event-stream')
    const text = isStream ? '' : await answer.text()
    if (isStream) leave.abort()
    return { status: answer.status, type, text } satisfies Answer
  }

  /** Everything that is stored, but for what remembers that somebody asked. */
  async function stored(): Promise<string> {
    const names = collections.map(({ name }) => name).filter((name) => name !== 'commands' && name !== 'sessions')
    const pages = await Promise.all(names.map((name) => app.store.find(name, { limit: 1000 })))
    return JSON.stringify(pages.map(({ items }, index) => [names[index], items]))
  }

  return {
    story,
    operations: operationsOf(document),
    goodBody: async ({ method, path }: Operation) => goodBodies[`${method} ${path}`]?.(),
    hasGoodBody: ({ method, path }: Operation) => `${method} ${path}` in goodBodies,
    addressOf,
    send,
    stored,
    async signInAgain() {
      token = (await app.sessions.open('boss')).token
    },
  }
}

interface Draft {
  content: string
  revision: number
}

/** What is wrong with an answer to garbage; null when it was refused in words, or taken. */
function faultOf({ status, type, text }: Answer, body: string | undefined): string | null {
  if (status < 400) return null
  if (status >= 500) return 'fails'
  if (!type.startsWith('application/problem+json')) return `answers ${type}`
  if (text.length > 10_000) return 'answers at length'
  const { code, where, message, fields } = JSON.parse(text) as Problem
  if (!code || !/\p{Script=Han}/u.test(message?.zh ?? '') || !/[a-z]/i.test(message?.en ?? '')) return 'has no words'
  const isWhole = body !== undefined && !body.startsWith('{')
  if (aboutFields.has(code) && !isWhole && where === undefined && fields === undefined) return 'names no field'
  return null
}

// Thousands of requests, on a machine that may do other things as well.
vi.setConfig({ testTimeout: 300_000 })

describe('every route', () => {
  let shop: Awaited<ReturnType<typeof aShopUnderAttack>>
  let findings: string[]
  /** What stood in the store after the last attack. */
  let known: string | null

  beforeEach(async () => {
    shop = await aShopUnderAttack()
    findings = []
    known = null
  })

  afterEach(async () => {
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect((await shop.story.app.anonymous.get('/readyz')).status).toBe(200)
  })

  /** Sends garbage and notes what is wrong with the answer, or with the store when it was refused. */
  async function attack(operation: Operation, requests: [address: string, body: string | undefined][]) {
    let before = known ?? (await shop.stored())
    for (const [index, [address, body]] of requests.entries()) {
      const answer = await shop.send(operation, address, body)
      const told = `${operation.method} ${address.slice(0, 120)} ${(body ?? '').slice(0, 200)}`
      const fault = faultOf(answer, body)
      if (fault) findings.push(`${fault} ${answer.status}: ${told} ${answer.text.slice(0, 200)}`)
      if (answer.status < 400) before = await shop.stored()
      else if (index % 50 === 49 || index === requests.length - 1) {
        const after = await shop.stored()
        if (after !== before) findings.push(`changes something although it refuses, before or at: ${told}`)
        before = after
      }
    }
    known = before
  }

  it('that takes a body has one in this test that it takes', () => {
    const missing = shop.operations.filter((operation) => operation.body !== null && !shop.hasGoodBody(operation))
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it('refuses garbage in every word of its address in words, and changes nothing', async () => {
    for (const operation of shop.operations) {
      const body = operation.body === null ? undefined : JSON.stringify(await shop.goodBody(operation))
      const inPath = operation.params.flatMap((name) =>
        hostileWords.map((word) => shop.addressOf(operation, { [name]: word })),
      )
      const inQuery = [...operation.query, '__proto__', 'a[$ne]'].flatMap((name) =>
        hostileWords.map((word) => `${shop.addressOf(operation)}?${name}=${word}`),
      )
      if (operation.method !== 'GET' && operation.params.length === 0) continue
      await attack(
        operation,
        (operation.method === 'GET' ? [...inPath, ...inQuery] : inPath).map((address) => [address, body]),
      )
    }
    expect(findings).toEqual([])
  })

  it('refuses a body that is broken or none of its own, and reads no other type', async () => {
    for (const operation of shop.operations.filter(({ method }) => method !== 'GET')) {
      const address = shop.addressOf(operation)
      if (operation.body === null && operation.path === '/api/files') continue
      const broken = operation.body === null ? ['{}', 'x'] : [...brokenBodies, `{"a":"${'x'.repeat(8_000_000)}"}`]
      await attack(
        operation,
        broken.map((body) => [address, body]),
      )
      if (operation.body === null) continue
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
        const body = JSON.stringify(await shop.goodBody(operation))
        const answer = await shop.send(operation, address, body, { 'content-type': type })
        if (answer.status !== 415) findings.push(`reads ${type}: ${operation.method} ${operation.path}`)
      }
    }
    expect(findings).toEqual([])
  })

  it('refuses garbage in every place of its body in words, names the place, and changes nothing', async () => {
    for (const operation of shop.operations.filter(({ body }) => body !== null)) {
      const address = shop.addressOf(operation)
      for (const place of placesOf(await shop.goodBody(operation))) {
        await shop.signInAgain()
        const good = await shop.goodBody(operation)
        await attack(
          operation,
          hostileValues.map((value) => [address, textWith(good, place, value)]),
        )
      }
    }
    expect(findings).toEqual([])
  })

  it('takes no command without a sound key, and nothing unsafe without the word of its page', async () => {
    const keys = ['', 'short', 'a b c d e f g h', 'x'.repeat(300), 'schlüssel-1']
    for (const operation of shop.operations.filter(({ method }) => method !== 'GET')) {
      const address = shop.addressOf(operation)
      const body = operation.body === null ? undefined : JSON.stringify(await shop.goodBody(operation))
      const before = await shop.stored()
      for (const key of operation.isCommand ? keys : []) {
        const answer = await shop.send(operation, address, body, { 'idempotency-key': key })
        if (answer.status !== 400) findings.push(`takes the key "${key}": ${operation.method} ${operation.path}`)
      }
      if (!['public', 'capability', 'signature'].includes(operation.allow))
        for (const headers of [
          { 'x-retour-csrf': '' },
          { 'x-retour-csrf': 'x'.repeat(43) },
          { 'sec-fetch-site': 'cross-site' },
        ]) {
          const answer = await shop.send(operation, address, body, headers as Record<string, string>)
          if (answer.status !== 403)
            findings.push(`${answer.status} to another page: ${operation.method} ${operation.path}`)
        }
      if ((await shop.stored()) !== before) findings.push(`changes something: ${operation.method} ${operation.path}`)
    }
    expect(findings).toEqual([])
  })

  it('answers who may not see something like who asks for what is not there', async () => {
    const { app } = shop.story
    const outsider = await app.as('passer-by', { roles: ['nothing-special'] })
    const absent: Record<string, string> = { caseNo: 'AS2611259999', taskId: 'AS2611259999:1', fileId: 'file-9999' }
    const words = (text: string) => text.replace(/"requestId":"[^"]*"/, '')
    for (const operation of shop.operations) {
      const named = operation.params.find((name) => name in absent)
      if (named === undefined || operation.allow !== 'signed-in') continue
      const body = operation.body === null ? undefined : await shop.goodBody(operation)
      const ask = async (address: string) => {
        if (operation.method === 'GET') return outsider.get(address)
        return operation.method === 'PUT' ? outsider.put(address, body) : outsider.command(address, body)
      }
      const foreign = await ask(shop.addressOf(operation))
      const none = await ask(shop.addressOf(operation, { [named]: encodeURIComponent(absent[named] as string) }))
      if (foreign.status !== 404 || words(foreign.text) !== words(none.text))
        findings.push(
          `${operation.method} ${operation.path}: ${foreign.status} ${foreign.text} / ${none.status} ${none.text}`,
        )
    }
    expect(findings).toEqual([])
  })
})
