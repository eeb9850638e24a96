/** Who may see stock; the server judges by the same list. */
export const stockReaders = [
  'warehouse',
  'inspector',
  'buyer',
  'merchandiser',
  'order-desk',
  'logistics',
  'cs-cancel',
  'cs-dispute',
  'cs-after',
  'cs-lead',
  'cs-head',
  'owner',
  'admin',
] as const
