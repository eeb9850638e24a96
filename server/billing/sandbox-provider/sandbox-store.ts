import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type SandboxState = 'succeeded' | 'accepted' | 'declined'

export interface SandboxRefund {
  key: string
  paymentRef: string
  orderNo: string
  amount: number
  currency: string
  state: SandboxState
  providerRef: string
  reason: string | null
  /** Hash of the request, so that a key is never used for another one. */
  request: string
  requests: number
  at: number
  /** When an accepted one pays. */
  paysAt: number | null
}

export interface SandboxRule {
  id: number
  paymentRef: string | null
  orderNo: string | null
  amount: number | null
  behavior: string
  delayMs: number
  /** How often it still applies; null for always. */
  times: number | null
}

export interface SandboxWebhook {
  id: string
  url: string
  body: string
  due: number
  attempts: number
}

const schema = `
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS payments (
    payment_ref TEXT PRIMARY KEY, captured INTEGER NOT NULL, refunded INTEGER NOT NULL, currency TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS refunds (
    key TEXT PRIMARY KEY, payment_ref TEXT NOT NULL, order_no TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    state TEXT NOT NULL, provider_ref TEXT NOT NULL, reason TEXT, request TEXT NOT NULL, requests INTEGER NOT NULL, at INTEGER NOT NULL, pays_at INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS effects (id INTEGER PRIMARY KEY, key TEXT NOT NULL, amount INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS rules (
    id INTEGER PRIMARY KEY, payment_ref TEXT, order_no TEXT, amount INTEGER, behavior TEXT NOT NULL, delay_ms INTEGER NOT NULL, times INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS webhooks (
    id TEXT NOT NULL, copy INTEGER NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL,
    PRIMARY KEY (id, copy)
  ) STRICT;
`

export type SandboxStore = ReturnType<typeof openSandboxStore>

/** The provider's own books, in a file of its own: they survive a kill of either side. */
export function openSandboxStore(dataDir: string) {
  mkdirSync(dataDir, { recursive: true })
  const database = new DatabaseSync(join(dataDir, 'sandbox-provider.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000')
  database.exec(schema)
  const one = (sql: string, ...values: (string | number | null)[]) => database.prepare(sql).get(...values)
  const many = (sql: string, ...values: (string | number | null)[]) => database.prepare(sql).all(...values)
  const run = (sql: string, ...values: (string | number | null)[]) => database.prepare(sql).run(...values)

  return {
    /** All or nothing, on disk when it returns. */
    transaction<T>(work: () => T): T {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    setting(name: string, otherwise: () => string): string {
      const found = one('SELECT value FROM settings WHERE name = ?', name)
      if (found) return String(found['value'])
      const value = otherwise()
      run('INSERT INTO settings VALUES (?, ?)', name, value)
      return value
    },
    payment(paymentRef: string): { captured: number; refunded: number; currency: string } | null {
      const row = one('SELECT captured, refunded, currency FROM payments WHERE payment_ref = ?', paymentRef)
      return row
        ? { captured: Number(row['captured']), refunded: Number(row['refunded']), currency: String(row['currency']) }
        : null
    },
    capture(paymentRef: string, amount: number, currency: string): void {
      run(
        `INSERT INTO payments VALUES (?, ?, 0, ?) ON CONFLICT (payment_ref) DO UPDATE SET captured = captured + excluded.captured`,
        paymentRef,
        amount,
        currency,
      )
    },
    refund(key: string): SandboxRefund | null {
      const row = one('SELECT * FROM refunds WHERE key = ?', key)
      return row ? refundOf(row) : null
    },
    refunds(orderNo: string | null): SandboxRefund[] {
      const rows =
        orderNo === null
          ? many('SELECT * FROM refunds ORDER BY at, key')
          : many('SELECT * FROM refunds WHERE order_no = ? ORDER BY at, key', orderNo)
      return rows.map(refundOf)
    },
    addRefund(refund: SandboxRefund): void {
      run(
        'INSERT INTO refunds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        refund.key,
        refund.paymentRef,
        refund.orderNo,
        refund.amount,
        refund.currency,
        refund.state,
        refund.providerRef,
        refund.reason,
        refund.request,
        refund.requests,
        refund.at,
        refund.paysAt,
      )
    },
    countRequest(key: string): void {
      run('UPDATE refunds SET requests = requests + 1 WHERE key = ?', key)
    },
    /** Accepted refunds whose time has come. */
    duePayments(now: number): SandboxRefund[] {
      return many(`SELECT * FROM refunds WHERE state = 'accepted' AND pays_at <= ? LIMIT 50`, now).map(refundOf)
    },
    setState(key: string, state: SandboxState): void {
      run('UPDATE refunds SET state = ? WHERE key = ?', state, key)
    },
    /** Money leaves: the payment's balance and one row per effect, for inspection. */
    pay(refund: SandboxRefund, at: number): void {
      run('UPDATE payments SET refunded = refunded + ? WHERE payment_ref = ?', refund.amount, refund.paymentRef)
      run('INSERT INTO effects (key, amount, at) VALUES (?, ?, ?)', refund.key, refund.amount, at)
    },
    effects(key: string): number {
      return Number(one('SELECT count(*) AS n FROM effects WHERE key = ?', key)?.['n'] ?? 0)
    },
    addRule(rule: Omit<SandboxRule, 'id'>): void {
      run(
        'INSERT INTO rules (payment_ref, order_no, amount, behavior, delay_ms, times) VALUES (?, ?, ?, ?, ?, ?)',
        rule.paymentRef,
        rule.orderNo,
        rule.amount,
        rule.behavior,
        rule.delayMs,
        rule.times,
      )
    },
    clearRules(): void {
      run('DELETE FROM rules')
    },
    /** The first rule that fits, used up by one. */
    takeRule(request: { paymentRef: string; orderNo: string; amount: number }): SandboxRule | null {
      const row = one(
        `SELECT * FROM rules WHERE (payment_ref IS NULL OR payment_ref = ?) AND (order_no IS NULL OR order_no = ?)
         AND (amount IS NULL OR amount = ?) AND (times IS NULL OR times > 0) ORDER BY id LIMIT 1`,
        request.paymentRef,
        request.orderNo,
        request.amount,
      )
      if (!row) return null
      run('UPDATE rules SET times = times - 1 WHERE id = ? AND times IS NOT NULL', Number(row['id']))
      return ruleOf(row)
    },
    addWebhook(webhook: SandboxWebhook, copies: number): void {
      for (let copy = 0; copy < copies; copy += 1)
        run(
          'INSERT OR IGNORE INTO webhooks VALUES (?, ?, ?, ?, ?, 0)',
          webhook.id,
          copy,
          webhook.url,
          webhook.body,
          webhook.due,
        )
    },
    dueWebhooks(now: number): (SandboxWebhook & { copy: number })[] {
      return many('SELECT * FROM webhooks WHERE due <= ? ORDER BY due, id, copy LIMIT 50', now).map((row) => ({
        id: String(row['id']),
        copy: Number(row['copy']),
        url: String(row['url']),
        body: String(row['body']),
        due: Number(row['due']),
        attempts: Number(row['attempts']),
      }))
    },
    nextDue(): number | null {
      const due = one(
        `SELECT min(due) AS due FROM (SELECT due FROM webhooks UNION ALL SELECT pays_at FROM refunds WHERE state = 'accepted')`,
      )?.['due']
      return due === null || due === undefined ? null : Number(due)
    },
    webhookDone(id: string, copy: number): void {
      run('DELETE FROM webhooks WHERE id = ? AND copy = ?', id, copy)
    },
    webhookLater(id: string, copy: number, due: number): void {
      run('UPDATE webhooks SET due = ?, attempts = attempts + 1 WHERE id = ? AND copy = ?', due, id, copy)
    },
    close(): void {
      database.close()
    },
  }
}

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value))
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))

const refundOf = (row: Record<string, unknown>): SandboxRefund => ({
  key: String(row['key']),
  paymentRef: String(row['payment_ref']),
  orderNo: String(row['order_no']),
  amount: Number(row['amount']),
  currency: String(row['currency']),
  state: String(row['state']) as SandboxState,
  providerRef: String(row['provider_ref']),
  reason: textOrNull(row['reason']),
  request: String(row['request']),
  requests: Number(row['requests']),
  at: Number(row['at']),
  paysAt: numberOrNull(row['pays_at']),
})

const ruleOf = (row: Record<string, unknown>): SandboxRule => ({
  id: Number(row['id']),
  paymentRef: textOrNull(row['payment_ref']),
  orderNo: textOrNull(row['order_no']),
  amount: numberOrNull(row['amount']),
  behavior: String(row['behavior']),
  delayMs: Number(row['delay_ms']),
  times: numberOrNull(row['times']),
})
