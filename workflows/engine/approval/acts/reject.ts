import type { Act } from '../act.ts'
import { verdict } from './verdict.ts'

/** Whoever refuses does not have to fill in what an approval would need. */
export const reject: Act = { by: 'holder', offered: 'action', run: verdict('rejected', false) }
