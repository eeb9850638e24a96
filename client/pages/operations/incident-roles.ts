/** Who sees what is stuck and lets it try again. */
export const incidentRoles = ['admin', 'owner', 'cs-head']

/** Who may also set the data of a process. */
export const handsOnRoles = ['admin', 'owner']
