import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentDisposition, fileTypeOf, pixelsOf, safeFileName } from '../../../server/files/file-type.rules.ts'
import { aCaseRecord } from '../../support/a-case.ts'
import { anApp, type Caller, type TestApp } from '../../support/app.ts'
import { anArchive, aPng } from '../../support/file-bytes.ts'

const HOUR = 3_600_000

function upload(caller: Caller, name: string, bytes: Buffer) {
  return caller
    .post('/api/files')
    .set('Content-Type', 'application/octet-stream')
    .set('X-File-Name', encodeURIComponent(name))
    .serialize((sent) => sent as never)
    .send(bytes as never)
}

const customerOf = async (app: TestApp, caseNo: string, orderNo = 'SO1') =>
  app.withCapability(await app.capabilities.grant({ scope: { caseNo, orderNo }, customerId: `of-${orderNo}` }))

const li = { kind: 'user', userId: 'li', name: 'li', roles: ['admin'], departmentId: null, sessionId: '' } as const

describe('what a file is', () => {
  it.each([
    ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['image/png', aPng(1, 1)],
    ['image/webp', Buffer.from('RIFF....WEBPVP8 ')],
    ['image/gif', Buffer.from('GIF89a......')],
    ['application/pdf', Buffer.from('%PDF-1.7 <html><script>alert(1)</script>')],
    ['video/mp4', Buffer.from('....ftypisom')],
    ['text/plain', Buffer.from('订单号 SO1\n已签收')],
    [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      anArchive(['[Content_Types].xml', 'word/document.xml']),
    ],
    [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      anArchive(['[Content_Types].xml', 'xl/workbook.xml']),
    ],
  ])('is told by its bytes: %s', (type, bytes) => {
    expect(fileTypeOf(bytes)).toBe(type)
  })

  it.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['HTML', Buffer.from('\n <!doctype html><script>alert(1)</script>')],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])],
    ['an archive that is no document', anArchive(['evil.exe'])],
    ['a document with macros', anArchive(['[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin'])],
    ['a document that reaches out of itself', anArchive(['[Content_Types].xml', 'word/document.xml', '../../evil'])],
    ['a cut archive', anArchive(['[Content_Types].xml', 'word/document.xml']).subarray(0, 60)],
    ['nothing', Buffer.alloc(0)],
    ['text with controls', Buffer.from('a\u0000b')],
  ])('is refused: %s', (_, bytes) => {
    expect(fileTypeOf(bytes)).toBeNull()
  })

  it('says how many pixels a viewer would unpack', () => {
    expect(pixelsOf('image/png', aPng(10_000, 10_000))).toBe(100_000_000)
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 100, 0, 200, 3, 0, 0, 0])
    expect(pixelsOf('image/jpeg', jpeg)).toBe(20_000)
  })
})

describe('a file name (X11)', () => {
  it.each([
    ['../../etc/passwd', 'txt', 'passwd.txt'],
    ['C:\\x\\照片.JPG', 'jpg', '照片.jpg'],
    ['evil.svg', 'png', 'evil.svg.png'],
    ['\u202egnp.exe', 'pdf', 'gnp.exe.pdf'],
    ['a"b\r\nSet-Cookie: x', 'txt', 'abSet-Cookie x.txt'],
    ['...', 'gif', 'file.gif'],
    ['x'.repeat(500), 'pdf', `${'x'.repeat(100)}.pdf`],
  ])('%j is stored harmlessly', (name, extension, stored) => {
    expect(safeFileName(name, extension)).toBe(stored)
  })

  it('is sent in both forms of RFC 6266', () => {
    expect(contentDisposition("订单's.pdf")).toBe(
      "attachment; filename=\"__'s.pdf\"; filename*=UTF-8''%E8%AE%A2%E5%8D%95%27s.pdf",
    )
  })
})

describe('uploading', () => {
  it('keeps the bytes outside of the database and gives them back as an attachment', async () => {
    const app = await anApp()
    const caller = await app.as('li')
    const bytes = aPng(4, 4)

    const uploaded = await upload(caller, '破损照片.png', bytes)
    const back = await caller.get(`/api/files/${uploaded.body.id}`).buffer()

    expect(uploaded.body).toMatchObject({ name: '破损照片.png', type: 'image/png', size: bytes.length })
    expect(
      createHash('sha256')
        .update(back.body as Buffer)
        .digest('hex'),
    ).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(back.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' })
    expect(back.headers['content-disposition']).toMatch(/^attachment; filename=/)
    expect(back.headers['content-security-policy']).toContain('sandbox')
    expect(JSON.stringify((await app.store.load('files', uploaded.body.id))?.data)).not.toContain('IHDR')
  })

  it('refuses what it does not take, by content and size', async () => {
    const app = await anApp()
    const caller = await app.as('li')

    const svg = await upload(caller, 'photo.png', Buffer.from('<svg onload="alert(1)"/>'))
    const huge = await upload(caller, 'big.png', Buffer.concat([aPng(1, 1), Buffer.alloc(10 * 1024 * 1024)]))
    const bomb = await upload(caller, 'bomb.png', aPng(20_000, 20_000))
    const json = await caller.post('/api/files', { files: { filepath: '/etc/passwd' } })
    const nameless = await caller.post('/api/files').set('Content-Type', 'application/octet-stream').send('x')

    expect([svg.status, svg.body.code]).toEqual([422, 'file.type'])
    expect([huge.status, huge.body.code]).toEqual([413, 'body.too_large'])
    expect([bomb.status, bomb.body.code]).toEqual([422, 'file.dimensions'])
    expect([json.status, json.body.code]).toEqual([415, 'body.type'])
    expect([nameless.status, nameless.body.where]).toEqual([422, 'X-File-Name'])
    expect(existsSync(join(app.config.dataDir, 'files'))).toBe(false)
  })

  it('stops somebody who uploads without end', async () => {
    const app = await anApp()
    const caller = await app.as('li')
    for (let file = 0; file < 30; file += 1) await upload(caller, 'a.txt', Buffer.from('text'))

    const next = await upload(caller, 'a.txt', Buffer.from('text'))

    expect([next.status, next.body.code]).toEqual([422, 'file.quota'])
  })
})

describe('a file', () => {
  it('is nobody else’s until it belongs to a case, and then the reader’s of that case alone', async () => {
    const app = await anApp()
    await aCaseRecord(app.store, 'AS1')
    const customer = await customerOf(app, 'AS1')
    const stranger = await customerOf(app, 'AS2', 'SO2')
    const staff = await app.as('li')
    const buyer = await app.as('feng', { roles: ['buyer'] })
    const { id } = (await upload(customer, 'a.txt', Buffer.from('proof'))).body

    expect((await staff.get(`/api/files/${id}`)).status).toBe(404)
    const holder = { kind: 'customer', scope: { caseNo: 'AS1', orderNo: 'SO1' }, customerId: 'of-SO1' } as const
    expect(await app.files.attach(holder, [id], 'case:AS1')).toMatchObject({ ok: true })

    expect((await customer.get(`/api/files/${id}`)).status).toBe(200)
    expect((await staff.get(`/api/files/${id}`)).status).toBe(200)
    expect((await stranger.get(`/api/files/${id}`)).status).toBe(404)
    expect((await buyer.get(`/api/files/${id}`)).status).toBe(404)
    expect((await app.anonymous.get(`/api/files/${id}`)).status).toBe(401)
  })

  it('cannot be given away by somebody who did not bring it, nor to a second case', async () => {
    const app = await anApp()
    const { id } = (await upload(await app.as('zhao'), 'a.txt', Buffer.from('text'))).body
    const own = (await upload(await app.as('li'), 'b.txt', Buffer.from('text'))).body

    const foreign = await app.files.attach(li, [own.id, id], 'case:AS1')
    expect(foreign).toMatchObject({ ok: false, refusal: { code: 'file.not_found' } })
    expect((await app.store.load<{ state: string }>('files', own.id))?.data.state).toBe('loose')

    expect(await app.files.attach(li, [own.id], 'case:AS1')).toMatchObject({ ok: true })
    expect(await app.files.attach(li, [own.id], 'case:AS1')).toMatchObject({ ok: true })
    expect(await app.files.attach(li, [own.id], 'case:AS2')).toMatchObject({ ok: false })
  })

  it('goes after a day when nobody attached it', async () => {
    const app = await anApp()
    await aCaseRecord(app.store, 'AS1')
    const caller = await app.as('li')
    const loose = (await upload(caller, 'a.txt', Buffer.from('text'))).body
    const kept = (await upload(caller, 'b.txt', Buffer.from('text'))).body
    await app.files.attach(li, [kept.id], 'case:AS1')

    app.clock.advance(24 * HOUR)
    expect(await app.files.removeLoose()).toBe(0)
    app.clock.advance(1)
    expect(await app.files.removeLoose()).toBe(1)

    const again = await app.as('li')
    expect((await again.get(`/api/files/${loose.id}`)).status).toBe(404)
    expect((await again.get(`/api/files/${kept.id}`)).status).toBe(200)
    const folders = readdirSync(join(app.config.dataDir, 'files'), { recursive: true, withFileTypes: true })
    expect(folders.filter((entry) => entry.isFile())).toHaveLength(1)
  })

  it.each(['../../etc/passwd', '..%2f..%2fpackage.json', 'x', `${'a'.repeat(61)}`])(
    'has an id that the server made; %s is none',
    async (id) => {
      const app = await anApp()
      const caller = await app.as('li')

      expect([400, 404, 422]).toContain((await caller.get(`/api/files/${id}`)).status)
    },
  )
})
