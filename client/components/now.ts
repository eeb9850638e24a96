import { inject, onScopeDispose, provide, ref, type InjectionKey, type Ref } from 'vue'

const nowKey: InjectionKey<Readonly<Ref<number>>> = Symbol('now')

/** Gives all components below one clock. Without an argument it is the real one, ticking at each full minute. */
export function provideNow(given?: Readonly<Ref<number>>): Readonly<Ref<number>> {
  const now = given ?? tickingNow()
  provide(nowKey, now)
  return now
}

function tickingNow(): Ref<number> {
  const now = ref(Date.now())
  let timer = setTimeout(tick, 60_000 - (now.value % 60_000))
  function tick() {
    now.value = Date.now()
    timer = setTimeout(tick, 60_000 - (now.value % 60_000))
  }
  onScopeDispose(() => clearTimeout(timer))
  return now
}

/** The clock of the page in milliseconds; it ticks each minute. */
export const useNow = (): Readonly<Ref<number>> => inject(nowKey, () => ref(Date.now()), true)
