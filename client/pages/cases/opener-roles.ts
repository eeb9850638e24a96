/** Who may open a case for a customer, and who one for the shop itself; the server judges by the same lists. */
export const openerRoles = ['cs-cancel', 'cs-after', 'cs-lead', 'cs-head', 'order-desk', 'owner', 'admin'] as const
export const merchantRoles = ['order-desk', 'cs-lead', 'cs-head', 'owner', 'admin'] as const
