import type { Projection } from '../../workflows/runtime/face.ts'
import { caseRecord, isCase } from './record.rules.ts'

/** Keeps the record of a case in step with its instance, in the same commit. */
export const caseProjection: Projection = ({ instance }) =>
  isCase(instance)
    ? [{ kind: 'put', collection: 'cases', id: instance.id, data: caseRecord(instance), revision: instance.lastEvent }]
    : []
