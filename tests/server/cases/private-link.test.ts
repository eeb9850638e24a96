import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Caller } from '../../support/app.ts'
import { aStory, type Story } from '../../support/a-story.ts'
import { aPng } from '../../support/file-bytes.ts'

const orderNo = 'SO261112-0427'
let story: Story

beforeEach(async () => {
  story = await aStory()
  await story.sell()
  await story.startPicking(orderNo)
})

const upload = async (caller: Caller, name: string): Promise<string> => {
  const answer = await caller
    .post('/api/files')
    .set('Content-Type', 'application/octet-stream')
    .set('X-File-Name', encodeURIComponent(name))
    .serialize((sent) => sent as never)
    .send(aPng(2, 2) as never)
  expect(answer.status).toBe(200)
  return (answer.body as { id: string }).id
}

/** Opens the page's stream over a real connection and reads until the words have come, or the stream ends. */
async function stream(path: string) {
  const answer = await fetch(`${story.app.url}${path}`)
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  onTestFinished(() => void reader.cancel().catch(() => {}))
  let text = ''
  return {
    answer,
    async until(words: string) {
      while (!text.includes(words)) {
        const { done, value } = await reader.read()
        if (done) return `${text}[end]`
        text += new TextDecoder().decode(value)
      }
      return text
    },
  }
}

describe('the page behind a private link', () => {
  it('learns live that its case went on, and of nothing else', async () => {
    const { caseNo, link } = await story.ask()
    const token = link.replace('/c/', '')
    const live = await stream(`/api/public/events/${token}?topics=case:${caseNo}`)
    expect(live.answer.headers.get('content-type')).toContain('text/event-stream')
    expect(live.answer.headers.get('cache-control')).toBe('no-store')

    story.app.events.publish({ topic: 'tasks', type: 'task.changed', data: {} })
    await story.acts('warehouse', caseNo, 'stopPick', { action: 'complete', variables: { stopResult: 'shipped' } })

    const told = await live.until('case.changed')
    expect(told).toContain(`"topic":"case:${caseNo}"`)
    expect(told).not.toContain('task.changed')
  })

  it('follows no other topic, and no forged or order-only link opens a stream', async () => {
    const { caseNo, link } = await story.ask()
    const token = link.replace('/c/', '')
    const { capability } = await story.lookUp()
    const code = async (path: string) => {
      const answer = await story.app.anonymous.get(path)
      return [answer.status, answer.body.code]
    }

    expect(await code(`/api/public/events/${token}?topics=case:AS1`)).toEqual([404, 'not_found'])
    expect(await code(`/api/public/events/${token}?topics=case:${caseNo},tasks`)).toEqual([404, 'not_found'])
    expect(await code(`/api/public/events/${token.slice(0, -3)}AAA`)).toEqual([401, 'capability.required'])
    expect(await code(`/api/public/events/${capability}`)).toEqual([401, 'capability.required'])
  })

  it('takes a message, which the people who have the case in hand are told of', async () => {
    const { caseNo, customer } = await story.ask()

    const written = await customer.command('/api/public/case/messages', { text: '我很着急，谢谢。' })
    await story.settle()

    expect(written.status).toBe(200)
    const { communications } = await story.caseOf(caseNo)
    expect(communications).toContainEqual(
      expect.objectContaining({ direction: 'in', by: '郑书瑶', body: '我很着急，谢谢。', visible: true }),
    )
    const told = (await (await story.as('warehouse')).get('/api/notifications')).body.items
    expect(told).toContainEqual(expect.objectContaining({ caseNo, why: 'customerWrote' }))
  })

  it('shows what colleagues wrote for her, and nothing that is internal', async () => {
    const { caseNo, customer } = await story.ask()
    const lead = await story.as('lead')
    const write = (body: string, visible: boolean, direction: string) =>
      lead.command(`/api/cases/${caseNo}/communications`, { channel: 'page', direction, body, visible })

    await write('您好，仓库正在核实。', true, 'out')
    await write('这位客户上个月也取消过', false, 'out')
    await write('内部：先不要承诺', true, 'internal')

    const read = (await story.follow(customer)).communications.map(({ body }) => body)
    expect(read).toContain('您好，仓库正在核实。')
    expect(read.join()).not.toContain('上个月')
    expect(read.join()).not.toContain('内部')
  })
})

describe('files', () => {
  it('that the customer brings belong to her case: colleagues read them, others find nothing', async () => {
    const found = await story.lookUp()
    const fileId = await upload(found.caller, '聊天记录.png')

    const request = story.request(found, { files: [fileId] })
    const opened = await found.caller.command('/api/public/cancellations', request)
    await story.settle()

    expect(opened.status).toBe(200)
    const { communications, request: asked } = await story.caseOf(opened.body.caseNo)
    expect(communications.flatMap(({ files }) => files)).toMatchObject([{ id: fileId, name: '聊天记录.png' }])
    expect(asked['files']).toEqual([fileId])
    expect((await (await story.as('clerk')).get(`/api/files/${fileId}`)).status).toBe(200)
    const customer = story.app.withCapability(opened.body.link.replace('/c/', ''))
    expect((await customer.get(`/api/files/${fileId}`)).status).toBe(200)
    const buyer = await story.app.as('feng', { roles: ['buyer'] })
    expect((await buyer.get(`/api/files/${fileId}`)).status).toBe(404)
  })

  it('that are not hers, or gone, are refused at their field, and the request may be sent again without them', async () => {
    const found = await story.lookUp()
    const theirs = await upload(await story.as('clerk'), 'x.png')

    const refused = await found.caller.command('/api/public/cancellations', story.request(found, { files: [theirs] }))
    const again = await found.caller.command('/api/public/cancellations', story.request(found))

    expect(refused.body).toMatchObject({ code: 'file.not_found', where: 'files' })
    expect(again.status).toBe(200)
  })

  it('come with a message of either side', async () => {
    const { caseNo, customer } = await story.ask()
    const hers = await upload(customer, '照片.png')
    const ours = await upload(await story.as('lead'), '说明.png')

    await customer.command('/api/public/case/messages', { text: '见照片', files: [hers] })
    await (
      await story.as('lead')
    ).command(`/api/cases/${caseNo}/communications`, {
      channel: 'page',
      direction: 'out',
      body: '见说明',
      visible: true,
      files: [ours],
    })

    const files = (await story.follow(customer)).communications.flatMap((entry) => entry.files.map(({ id }) => id))
    expect(files.toSorted()).toEqual([hers, ours].toSorted())
    expect((await customer.get(`/api/files/${ours}`)).status).toBe(200)
  })
})
