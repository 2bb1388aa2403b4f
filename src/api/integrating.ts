import type { Permission } from '../identity/permissions.ts'

/** What somebody must be allowed who changes how devices are understood. */
export const integrating: Permission = 'deviceType.apply'
