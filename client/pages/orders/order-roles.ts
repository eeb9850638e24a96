/** Who may open orders; the server judges by the same list. */
export const orderReaders = [
  'cs-cancel',
  'cs-dispute',
  'cs-after',
  'cs-lead',
  'cs-head',
  'order-desk',
  'logistics',
  'cashier',
  'finance',
  'compliance',
  'owner',
  'admin',
] as const
