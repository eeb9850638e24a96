import type { Act } from '../act.ts'
import { verdict } from './verdict.ts'

export const approve: Act = { by: 'holder', offered: 'action', run: verdict('approved', true) }
