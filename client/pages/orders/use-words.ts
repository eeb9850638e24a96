import { useI18n } from 'vue-i18n'

/** Words of codes that packs may add to: the word where there is one, else the code itself. */
export function useWords() {
  const { t, te } = useI18n()
  const word = (area: string) => (code: string) => (te(`orders.${area}.${code}`) ? t(`orders.${area}.${code}`) : code)
  return {
    tier: word('tier'),
    channel: word('channel'),
    method: word('method'),
    paymentState: word('paymentState'),
    refundState: word('refundState'),
    shipmentState: word('shipmentState'),
    caseKind: word('caseKind'),
    caseState: word('caseState'),
  }
}
