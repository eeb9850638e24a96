import type { Act } from '../act.ts'
import { addSigner } from './add-signer.ts'
import { answer } from './answer.ts'
import { approve } from './approve.ts'
import { ask } from './ask.ts'
import { cc } from './cc.ts'
import { complete } from './complete.ts'
import { custom } from './custom.ts'
import { delegate } from './delegate.ts'
import { opinion } from './opinion.ts'
import { reassign } from './reassign.ts'
import { reject } from './reject.ts'
import { removeSigner } from './remove-signer.ts'
import { returnAct } from './return.ts'
import { revoke } from './revoke.ts'
import { saveDraft } from './save-draft.ts'
import { terminate } from './terminate.ts'
import { transfer } from './transfer.ts'
import { urge } from './urge.ts'

/** Everything that can be done to an open task; a new act is a file and a line here. */
export const acts: Readonly<Record<string, Act>> = {
  addSigner,
  answer,
  approve,
  ask,
  cc,
  complete,
  custom,
  delegate,
  opinion,
  reassign,
  reject,
  removeSigner,
  return: returnAct,
  revoke,
  saveDraft,
  terminate,
  transfer,
  urge,
}
