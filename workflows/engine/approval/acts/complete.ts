import type { Act } from '../act.ts'
import { verdict } from './verdict.ts'

/** Work without a verdict (办理): any one participant completes it with data. */
export const complete: Act = {
  by: 'holder',
  offered: 'work',
  run: verdict('approved', true, () => ({ outcome: 'completed' })),
}
