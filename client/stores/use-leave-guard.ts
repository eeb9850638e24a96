import { ref, watch, type Ref } from 'vue'
import { onBeforeRouteLeave, useRouter } from 'vue-router'

/**
 * Asks before a page with changes is left: `asking` opens the question, `leave` goes where the person wanted to. Nothing
 * is lost while the question stands.
 */
export function useLeaveGuard(changed: Readonly<Ref<boolean>>) {
  const router = useRouter()
  const asking = ref(false)
  let goOn: (() => void) | null = null
  let isLeaving = false

  onBeforeRouteLeave((to) => {
    if (!changed.value || isLeaving) return true
    asking.value = true
    goOn = () => void router.push(to.fullPath)
    return false
  })
  watch(asking, (isOpen) => {
    if (!isOpen) goOn = null
  })

  function leave() {
    const go = goOn
    isLeaving = true
    asking.value = false
    go?.()
  }

  return { asking, leave }
}
