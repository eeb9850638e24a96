import { describe, expect, it } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { createIds } from '../../server/ids.ts'

describe('the configuration', () => {
  it('starts without any variable, and cannot be changed afterwards', () => {
    const config = readConfig({})

    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      mongodbUrl: null,
      publicUrl: null,
      secure: false,
      timeZone: 'Asia/Shanghai',
      sandboxProvider: true,
    })
    expect(config.dataDir).toMatch(/\/data$/)
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('takes https from the public address', () => {
    expect(readConfig({ PUBLIC_URL: 'https://retour.example.com/' })).toMatchObject({
      publicUrl: 'https://retour.example.com',
      secure: true,
    })
  })

  it('takes a sandbox provider that runs elsewhere, with the secret that both share', () => {
    const elsewhere = { SANDBOX_PROVIDER: 'http://127.0.0.1:4000', SANDBOX_SECRET: 'at least sixteen' }

    expect(readConfig(elsewhere)).toMatchObject({
      sandboxProvider: 'http://127.0.0.1:4000',
      sandboxSecret: 'at least sixteen',
    })
    expect(() => readConfig({ SANDBOX_PROVIDER: 'http://127.0.0.1:4000' })).toThrow(/SANDBOX_SECRET/)
  })

  it('says for every wrong variable what it expected, without repeating secrets', () => {
    const wrong = {
      PORT: '70000',
      HOST: 'not a host',
      MONGODB_URL: 'postgres://user:swordfish@db',
      PUBLIC_URL: 'ftp://x',
      TIME_ZONE: 'Mars/Olympus',
      LOG_LEVEL: 'loud',
      SANDBOX_PROVIDER: 'maybe',
      TRUST_PROXY: '-1',
      METRICS_TOKEN: 'short',
      RATE_LIMIT: 'many',
    }

    let said = ''
    try {
      readConfig(wrong)
    } catch (error) {
      said = (error as Error).message
    }

    const lines = said.split('\n')
    expect(lines.map((line) => line.split(':')[0]).sort()).toEqual(Object.keys(wrong).sort())
    for (const line of lines) expect(line).toMatch(/^[A-Z_]+: expected .+, but it is ".*"$/)
    expect(said).not.toContain('swordfish')
  })
})

describe('new ids', () => {
  it('sort by the time of their making, within one millisecond as well, and also when the clock goes back', () => {
    let time = 1_700_000_000_000
    const ids = createIds(() => time)

    const made = [ids.next(), ids.next(), ids.next()]
    time -= 5_000
    made.push(ids.next())
    time += 10_000
    made.push(ids.next())

    expect([...made].sort()).toEqual(made)
    expect(new Set(made).size).toBe(5)
    for (const id of made) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/)
  })

  it('are never the same, however many are made', () => {
    let time = 1_700_000_000_000
    const ids = createIds(() => (time += 1))

    const endings = Array.from({ length: 5000 }, () => ids.next().slice(10))

    expect(new Set(endings).size).toBe(5000)
  })
})
