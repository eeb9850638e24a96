import type { Act } from '../act.ts'
import { verdict } from './verdict.ts'

/** A button of the designer's own; its value is the outcome. Deployment wants mode any or a single person for it. */
export const custom: Act = {
  by: 'holder',
  offered: 'action',
  run: verdict('approved', true, ({ offer }) => ({ custom: offer!.value! })),
}
