import { describe, expect, it } from 'vitest'
import { packCollections, createCatalog } from '../../../server/packs/catalog.ts'
import { createPacks, type InstallProgress } from '../../../server/packs/install.ts'
import { packOf, readPack } from '../../../server/packs/read-pack.ts'
import { ok, refuse } from '../../../workflows/model/problem.ts'
import type { PublishedResource, Resource, ResourceKind } from '../../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'

const folder = 'templates'

/** The files of the smallest pack that is sound, with what a test changes. */
function aPack(changes: Record<string, unknown> = {}): Map<string, string> {
  const manifest = {
    id: 'small',
    version: '1.0.0',
    formatVersion: 1,
    name: { zh: '小模板', en: 'Small' },
    summary: { zh: '一个', en: 'One' },
    processes: [],
    decisions: [],
    forms: [],
    scenarios: [],
    catalogs: { reasons: 'reasons.json' },
    sample: [],
  }
  const reasons = [
    {
      code: 'C1',
      parent: null,
      zh: '组',
      en: 'Group',
      active: true,
      order: 1,
      by: 'customer',
      fault: 'none',
      needsText: false,
    },
    {
      code: 'C11',
      parent: 'C1',
      zh: '叶',
      en: 'Leaf',
      active: true,
      order: 2,
      by: 'customer',
      fault: 'seller',
      needsText: false,
    },
  ]
  const files = { 'pack.json': manifest, 'reasons.json': reasons, ...changes }
  return new Map(
    Object.entries(files)
      .filter(([, content]) => content !== undefined)
      .map(([path, content]) => [path, typeof content === 'string' ? content : JSON.stringify(content)]),
  )
}

function aSystem(existing: PublishedResource[] = [], publishes = true) {
  const resources = new Map(existing.map((resource) => [`${resource.kind} ${resource.id}`, resource]))
  const published: Resource[] = []
  const roles: string[] = []
  const store = createMemoryStore([
    ...packCollections,
    { name: 'calendars', indexes: [] },
    { name: 'departments', indexes: [] },
  ])
  const samples: string[] = []
  const packs = createPacks({
    folder,
    store,
    clock: { now: () => '2026-11-25T08:00:00.000Z' },
    identity: {
      putRole: async (role) => (roles.push(role.key), ok(null)),
      putDepartment: async () => ok(null),
    },
    runtime: {
      resource: async (kind: ResourceKind, id: string) => resources.get(`${kind} ${id}`) ?? null,
      async publish(list: Resource[]) {
        if (!publishes) return refuse('resource.has_problems', { zh: '有问题', en: 'Has problems' })
        published.push(...list)
        for (const { kind, content } of list) {
          const id =
            kind === 'form'
              ? JSON.parse(content).id
              : /<(?:\w+:)?(?:process|decision)\s[^>]*\bid="([^"]+)"/.exec(content)?.[1]
          resources.set(`${kind} ${id}`, { kind, id, content, version: 1, name: id, publishedAt: '', publishedBy: '' })
        }
        return ok([])
      },
    },
    installSample: async (pack) => (samples.push(pack.manifest.id), ok(null)),
  })
  return { packs, store, published, roles, samples, resources }
}

describe('reading a pack', () => {
  it('reads the after-sales pack that ships with the product', async () => {
    const read = await readPack(folder, 'after-sales')

    expect(read.ok ? read.value.manifest.id : read.refusal).toBe('after-sales')
  })

  it('gives two packs with the same files the same hash, and any change another one', () => {
    const hash = (files: Map<string, string>) => {
      const read = packOf(files)
      return read.ok ? read.value.hash : read.refusal.code
    }

    expect(hash(aPack())).toBe(hash(new Map([...aPack()].toReversed())))
    expect(hash(aPack())).not.toBe(hash(aPack({ 'reasons.json': [] })))
  })

  it.each([
    ['a file that the manifest names is missing', { 'reasons.json': undefined }, 'pack.file_missing', 'reasons.json'],
    [
      'a file is there that the manifest does not name',
      { 'forms/x.form.json': {} },
      'pack.file_unlisted',
      'forms/x.form.json',
    ],
    ['the manifest cannot be read', { 'pack.json': '{' }, 'pack.file_syntax', 'pack.json'],
    [
      'a catalog has a field that nobody knows',
      { 'reasons.json': [{ color: 'red' }] },
      'pack.file_invalid',
      'reasons.json',
    ],
    [
      'a reason names a group that does not exist',
      {
        'reasons.json': [
          {
            code: 'C11',
            parent: 'C9',
            zh: '叶',
            en: 'Leaf',
            active: true,
            order: 1,
            by: 'customer',
            fault: 'none',
            needsText: false,
          },
        ],
      },
      'pack.reference_unknown',
      'reasons.C9',
    ],
    [
      'a code is there twice',
      {
        'reasons.json': [1, 2].map((order) => ({
          code: 'C1',
          parent: null,
          zh: '组',
          en: 'Group',
          active: true,
          order,
          by: 'customer',
          fault: 'none',
          needsText: false,
        })),
      },
      'pack.code_twice',
      'reasons.C1',
    ],
  ])('refuses it whole when %s', (_, changes, code, where) => {
    const read = packOf(aPack(changes))

    expect(read.ok ? null : read.refusal).toMatchObject({ code, where })
  })

  it('refuses a name that leads out of the folder', async () => {
    const read = await readPack(folder, '../templates/after-sales')

    expect(read.ok ? null : read.refusal.code).toBe('pack.not_found')
  })
})

describe('installing a pack', () => {
  it('publishes everything at once and opens the catalogs', async () => {
    const { packs, published, roles, store } = aSystem()

    const installed = await packs.install('after-sales', { sampleData: false, by: 'admin' })

    expect(installed.ok).toBe(true)
    expect(published.map(({ kind }) => kind)).toContain('process')
    expect(roles).toContain('cs-lead')
    expect((await createCatalog(store).policy('standard', 3))?.summary).toContain('发货前')
    expect((await createCatalog(store).template('T-08'))?.body.zh).toContain('{{text}}')
    expect((await createCatalog(store).reasons()).find(({ code }) => code === 'C31')?.parent).toBe('C3')
    expect((await packs.list())[0]?.installed).toMatchObject({ by: 'admin', sampleData: false })
  })

  it('gives the warehouse its working Saturday and nobody the national holiday', async () => {
    const { packs, store } = aSystem()

    await packs.install('after-sales', { sampleData: false, by: 'admin' })

    const office = await store.load<{ holidays: string[]; makeUpDays: string[] }>('calendars', 'office')
    expect(office?.data.holidays).toContain('2026-10-01')
    expect(office?.data.makeUpDays).toContain('2026-10-10')
    expect((await store.load<{ days: number[] }>('calendars', 'wh'))?.data.days).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('does nothing the second time, and adds the sample data when it is asked for later', async () => {
    const { packs, published, roles, samples } = aSystem()
    await packs.install('after-sales', { sampleData: false, by: 'admin' })
    const before = [published.length, roles.length]

    await packs.install('after-sales', { sampleData: false, by: 'admin' })
    const nothing = [...samples]
    await packs.install('after-sales', { sampleData: true, by: 'admin' })
    await packs.install('after-sales', { sampleData: true, by: 'admin' })

    // A role that was renamed since keeps its name.
    expect([published.length, roles.length]).toEqual(before)
    expect(nothing).toEqual([])
    expect(samples).toEqual(['after-sales'])
  })

  it('keeps a table that is published already, because somebody may have changed its limits', async () => {
    const mine = {
      kind: 'decision',
      id: 'approval-level',
      version: 4,
      name: '',
      content: '<mine />',
      publishedAt: '',
      publishedBy: '',
    } as const
    const { packs, published, resources } = aSystem([mine])

    await packs.install('after-sales', { sampleData: false, by: 'admin' })

    expect(resources.get('decision approval-level')?.content).toBe('<mine />')
    expect(published.some(({ content }) => content.includes('id="approval-level"'))).toBe(false)
  })

  it('keeps catalogs that people changed', async () => {
    const { packs, store } = aSystem()
    await store.commit({
      aggregate: {
        collection: 'catalogs',
        id: 'numbering',
        expectedVersion: 0,
        data: { name: 'numbering', content: [] },
      },
      followUps: [],
    })

    await packs.install('after-sales', { sampleData: false, by: 'admin' })

    expect(await createCatalog(store).read('numbering')).toEqual([])
  })

  it('writes nothing when a diagram cannot run', async () => {
    const { packs, roles, store } = aSystem([], false)

    const installed = await packs.install('after-sales', { sampleData: true, by: 'admin' })

    expect(installed.ok ? null : installed.refusal.code).toBe('resource.has_problems')
    expect(roles).toEqual([])
    expect(await store.count('catalogs')).toBe(0)
    expect((await packs.list())[0]?.installed).toBeNull()
  })

  it('refuses a second installation while one is under way', async () => {
    const { packs } = aSystem()

    const [first, second] = await Promise.all([
      packs.install('after-sales', { sampleData: false, by: 'admin' }),
      packs.install('after-sales', { sampleData: false, by: 'admin' }),
    ])

    expect(first.ok).toBe(true)
    expect(second.ok ? null : second.refusal.code).toBe('pack.installing')
  })

  it('reports how far it is', async () => {
    const { packs } = aSystem()
    const seen: InstallProgress[] = []

    await packs.install('after-sales', { sampleData: false, by: 'admin', progress: (at) => seen.push(at) })

    expect(seen.every(({ done, total }) => done <= total)).toBe(true)
    expect(seen.at(-1)).toMatchObject({ step: 'catalogs', done: 7, total: 7 })
  })
})

describe('exporting a pack', () => {
  it('carries what was changed here, and is a sound pack again', async () => {
    const { packs, resources } = aSystem()
    await packs.install('after-sales', { sampleData: false, by: 'admin' })
    const table = resources.get('decision approval-level')!
    resources.set('decision approval-level', {
      ...table,
      version: 2,
      content: table.content.replace('500000', '800000'),
    })

    const exported = await packs.exported('after-sales')

    const files = new Map((exported.ok ? exported.value.files : []).map(({ path, content }) => [path, content]))
    expect(files.get('decisions/approval-level.dmn')).toContain('800000')
    expect(packOf(files).ok).toBe(true)
  })
})
