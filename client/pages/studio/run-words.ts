import type { State } from '../../components/states.ts'
import type { RunSummary } from '../../../server/contract/runs.ts'

const glyphs: Record<RunSummary['state'], State> = { active: 'colleague', completed: 'approved', terminated: 'closed' }

export const runGlyph = (state: RunSummary['state']): State => glyphs[state]
