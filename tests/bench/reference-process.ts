import { process } from '../support/process-builder.ts'

/** start → script task → exclusive gateway → user task → service task → end: what every figure of the engine is about. */
export const referenceProcess = () =>
  process('reference')
    .start()
    .scriptTask('fee', '=amount * 0.1', 'fee')
    .exclusiveGateway('large')
    .when('amount > 100')
    .userTask('approve')
    .serviceTask('refund', 'refund-payment')
    .end()
    .at('large')
    .otherwise()
    .end('small')
    .build()
