import { describe, expect, it } from 'vitest'
import { createCommandStack } from '../../../client/designers/command-stack.ts'

describe('the command stack', () => {
  it('takes steps back and does them again', () => {
    const stack = createCommandStack('a')
    stack.change('b')
    stack.change('c')

    stack.undo()
    stack.undo()
    expect(stack.current.value).toBe('a')
    expect(stack.canUndo.value).toBe(false)

    stack.redo()
    expect(stack.current.value).toBe('b')
  })

  it('takes changes of one place back together', () => {
    const stack = createCommandStack('')
    stack.change('一', 'title')
    stack.change('一个', 'title')
    stack.change('一个字', 'title')

    stack.undo()

    expect(stack.current.value).toBe('')
  })

  it('forgets what was taken back once something else is done', () => {
    const stack = createCommandStack(1)
    stack.change(2)
    stack.undo()

    stack.change(3)

    expect(stack.canRedo.value).toBe(false)
    stack.undo()
    expect(stack.current.value).toBe(1)
  })
})
