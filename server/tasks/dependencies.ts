import type { CaseReading } from '../cases/read.ts'

/** Tasks are read together with their case: the same dependencies. */
export type TaskDependencies = CaseReading
