import { onScopeDispose, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave } from 'vue-router'
import { ApiError } from '../api/api-error.ts'
import { newIdempotencyKey } from '../api/http.ts'
import { openResource, publishResource, readVersions, saveResource } from '../api/studio.ts'
import type { ResourceDraft, ResourceKind } from '../../server/contract/studio.ts'

export type Problem = ResourceDraft['problems'][number]
export type Version = Awaited<ReturnType<typeof readVersions>>['items'][number]

/** `conflict`: somebody else saved meanwhile; `failed`: the server did not answer, what was written is still here. */
export type DraftState = 'loading' | 'missing' | 'saved' | 'changed' | 'saving' | 'failed' | 'conflict'

const quietMilliseconds = 600

/**
 * The draft of a resource as a designer sees it: opened, saved by itself once nothing has changed for a moment, checked
 * by the server with each save, published. `read` gives the content as it stands in the designer.
 */
export function useDraft(kind: ResourceKind, id: string, read: () => string | Promise<string>) {
  const { t } = useI18n()
  const draft = shallowRef<ResourceDraft | null>(null)
  const versions = shallowRef<readonly Version[]>([])
  const problems = shallowRef<readonly Problem[]>([])
  const state = ref<DraftState>('loading')
  const trouble = ref('')
  const publishing = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | null = null
  let changes = 0

  function accept(answer: ResourceDraft) {
    draft.value = answer
    problems.value = answer.problems
    trouble.value = ''
  }

  async function open(): Promise<string | null> {
    try {
      const [answer, published] = await Promise.all([openResource(kind, id), readVersions(kind, id)])
      versions.value = published.items
      accept(answer)
      state.value = 'saved'
      return answer.content
    } catch (error) {
      state.value = 'missing'
      trouble.value = error instanceof ApiError && error.detail ? error.detail : t('studio.cannotOpen')
      return null
    }
  }

  async function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (running) await running
    if (state.value === 'saved' || state.value === 'conflict' || !draft.value) return
    const at = changes
    state.value = 'saving'
    running = (async () => {
      try {
        accept(await saveResource(kind, id, await read(), draft.value!.revision))
        state.value = at === changes ? 'saved' : 'changed'
      } catch (error) {
        const refused = error instanceof ApiError && error.status !== 0
        state.value = refused && (error.status === 409 || error.status === 412) ? 'conflict' : 'failed'
        trouble.value = refused && error.detail ? error.detail : t('studio.notSaved')
      }
    })()
    await running
    running = null
    if ((state.value as DraftState) === 'changed') await save()
  }

  /** Something was changed; it is saved a moment after the last change. */
  function changed() {
    if (state.value === 'loading' || state.value === 'missing') return
    changes++
    if (state.value !== 'conflict') state.value = 'changed'
    clearTimeout(timer)
    timer = setTimeout(() => void save(), quietMilliseconds)
  }

  /** After a conflict: what stands here goes over what the other one saved. */
  async function overwrite() {
    const newest = await openResource(kind, id).catch(() => null)
    if (!newest || !draft.value) return
    draft.value = { ...draft.value, revision: newest.revision }
    state.value = 'changed'
    await save()
  }

  /** The new version's number; null when it was refused, then `trouble` says why. */
  async function publish(): Promise<number | null> {
    publishing.value = true
    try {
      await save()
      if (state.value !== 'saved' || !draft.value) return null
      const { version } = await publishResource(kind, id, draft.value.revision, newIdempotencyKey())
      const [answer, published] = await Promise.all([openResource(kind, id), readVersions(kind, id)])
      versions.value = published.items
      accept(answer)
      return version
    } catch (error) {
      trouble.value = error instanceof ApiError && error.detail ? error.detail : t('studio.notPublished')
      return null
    } finally {
      publishing.value = false
    }
  }

  const isOpenEnded = () =>
    state.value === 'changed' || state.value === 'saving' || state.value === 'failed' || state.value === 'conflict'

  function beforeUnload(event: BeforeUnloadEvent) {
    if (isOpenEnded()) event.preventDefault()
  }
  addEventListener('beforeunload', beforeUnload)
  onBeforeRouteLeave(async () => {
    if (state.value === 'changed' || state.value === 'saving' || state.value === 'failed') await save()
    return isOpenEnded() ? confirm(t('studio.leaveUnsaved')) : true
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    removeEventListener('beforeunload', beforeUnload)
  })

  return { draft, versions, problems, state, trouble, publishing, open, changed, save, overwrite, publish }
}

export type Draft = ReturnType<typeof useDraft>
