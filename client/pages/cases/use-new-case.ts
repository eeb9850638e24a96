import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { ApiError } from '../../api/api-error.ts'
import { openCase, previewCase } from '../../api/cases.ts'
import { readCatalogContent } from '../../api/catalogs.ts'
import { readOrder } from '../../api/orders.ts'
import { useSession } from '../../stores/session.ts'
import { useDeed } from '../../stores/use-deed.ts'
import type { CaseKind, CaseOpened, PolicyPreview } from '../../../server/contract/cases.ts'
import type { Order } from '../../../server/contract/orders.ts'
import type { CatalogContent } from '../../../server/contract/packs.ts'
import { cancelableOf } from '../tasks/form-sources.ts'
import { EXPLANATION_LEAST, caseRequest, problemsOf, reasonGroups, type NewCase } from './new-case.ts'
import { merchantRoles } from './opener-roles.ts'

/** The cancellation that somebody starts: the order, what is asked for, what the policy says of it, and the sending. */
export function useNewCase() {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const session = useSession()

  const orderNo = ref(typeof route.query['order'] === 'string' ? route.query['order'] : '')
  const order = shallowRef<Order | null>(null)
  const orderProblem = ref('')
  const looking = ref(false)
  const blank = (kind: CaseKind): NewCase => ({
    kind,
    chosen: {},
    reason: '',
    reasonText: '',
    channel: 'phone',
    told: false,
    explanation: '',
    alternatives: [],
    noAlternativeWhy: '',
    restockAt: '',
  })
  /** The order page says which of the two it starts; whoever may not cancel for the shop starts the customer's. */
  const wantsForShop = route.query['kind'] === 'merchantCancellation' && session.has(merchantRoles)
  const form = ref<NewCase>(blank(wantsForShop ? 'merchantCancellation' : 'cancellation'))
  const reasons = shallowRef<CatalogContent['reasons']>([])
  const tried = ref(false)
  const opened = shallowRef<CaseOpened | null>(null)
  const deed = useDeed()

  const mayForShop = computed(() => session.has(merchantRoles))
  const kinds = computed<CaseKind[]>(() =>
    mayForShop.value ? ['cancellation', 'merchantCancellation'] : ['cancellation'],
  )
  const forShop = computed(() => form.value.kind === 'merchantCancellation')
  watch(
    () => form.value.kind,
    () => {
      form.value.reason = ''
      tried.value = false
      deed.forget()
    },
  )

  void readCatalogContent('reasons').then(
    (content) => (reasons.value = content),
    () => undefined,
  )
  const groups = computed(() => reasonGroups(reasons.value, forShop.value ? 'merchant' : 'customer'))
  const reasonNeedsText = computed(
    () => reasons.value.find(({ code }) => code === form.value.reason)?.needsText ?? false,
  )

  const lines = computed(() =>
    (order.value?.lines ?? []).map((line) => ({
      id: line.id,
      name: line.name,
      spec: line.spec,
      ordered: line.ordered,
      cancelable: cancelableOf(line),
      paid: line.paid,
      stage: line.stage,
      sku: line.sku,
    })),
  )
  const nothing = computed(() => order.value !== null && lines.value.every(({ cancelable }) => cancelable === 0))

  async function find() {
    const number = orderNo.value.trim()
    orderProblem.value = number ? '' : t('cases.new.orderNeeded')
    if (!number || looking.value) return
    looking.value = true
    try {
      order.value = (await readOrder(number)).order
      form.value = blank(form.value.kind)
      form.value.chosen = Object.fromEntries(
        lines.value.filter(({ cancelable }) => cancelable > 0).map((line) => [line.id, line.cancelable]),
      )
      tried.value = false
      deed.forget()
      void router.replace({ query: { order: number } })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      orderProblem.value =
        error.status === 0 ? t('deed.offline') : error.status === 404 ? t('cases.new.notFound') : error.detail
    } finally {
      looking.value = false
    }
  }
  if (orderNo.value) void find()

  const request = computed(() => caseRequest(order.value?.orderNo ?? '', form.value))
  const preview = shallowRef<PolicyPreview | null>(null)
  const previewProblem = ref('')
  let asked = 0
  watch(
    () => [order.value?.orderNo, form.value.kind, JSON.stringify(form.value.chosen), form.value.reason],
    async () => {
      const mine = ++asked
      previewProblem.value = ''
      if (!order.value || request.value.request.lines.length === 0) {
        preview.value = null
        return
      }
      try {
        const { kind } = form.value
        const fallback = groups.value[0]?.reasons[0]?.code ?? ''
        const asks = { ...request.value.request, reason: form.value.reason || fallback }
        const answer = await previewCase(kind, order.value.orderNo, asks)
        if (mine === asked) preview.value = answer
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (mine !== asked) return
        preview.value = null
        previewProblem.value = error.status === 0 ? t('deed.offline') : error.detail
      }
    },
  )

  const problems = computed(() => problemsOf(form.value, reasonNeedsText.value))
  /** The sentence at a field: ours once sending was tried, or the server's when it names the place. */
  function problemAt(field: keyof typeof sentences): string | undefined {
    if (tried.value && problems.value.has(field)) return sentences[field]()
    return deed.where.value?.split('.').at(-1) === field ? deed.problem.value : undefined
  }
  const sentences = {
    lines: () => t('cases.new.chooseFirst'),
    reason: () => t('cases.new.reasonNeeded'),
    reasonText: () => t('cases.new.reasonTextNeeded'),
    policySeen: () => t('cases.new.toldNeeded'),
    explanation: () =>
      t('cases.new.explanationShort', { count: EXPLANATION_LEAST - [...form.value.explanation.trim()].length }),
    alternatives: () => t('cases.new.alternativeIncomplete'),
    noAlternativeWhy: () => t('cases.new.noAlternativeNeeded'),
  }

  /** False when something is missing: the sentences stand at the fields. */
  async function send(): Promise<boolean> {
    tried.value = true
    if (problems.value.size > 0) return false
    const done = await deed.run((key) => openCase(request.value, key))
    if (done) opened.value = done
    return true
  }

  function again() {
    opened.value = null
    order.value = null
    orderNo.value = ''
    void router.replace({ query: {} })
  }

  return {
    orderNo,
    order,
    orderProblem,
    looking,
    find,
    form,
    kinds,
    forShop,
    groups,
    reasonNeedsText,
    lines,
    nothing,
    preview,
    previewProblem,
    tried,
    problems,
    problemAt,
    deed,
    opened,
    send,
    again,
  }
}

export type ProblemAt = ReturnType<typeof useNewCase>['problemAt']
