import { describe, expect, it } from 'vitest'
import { inReadingOrder, stationAfter } from '../../../../client/pages/cases/walk-elements.ts'

const walk = inReadingOrder([
  { id: 'end', x: 300, y: 0 },
  { id: 'lower', x: 100, y: 80 },
  { id: 'start', x: 0, y: 0 },
  { id: 'upper', x: 100, y: 0 },
])

describe('walking over a diagram with the keyboard', () => {
  it('goes from left to right, and down within a column', () => {
    expect(walk.map(({ id }) => id)).toEqual(['start', 'upper', 'lower', 'end'])
  })

  it('goes on and back with the arrows, and stops at both ends', () => {
    expect(stationAfter(walk, 'upper', 'ArrowRight')?.id).toBe('lower')
    expect(stationAfter(walk, 'upper', 'ArrowUp')?.id).toBe('start')
    expect(stationAfter(walk, 'end', 'ArrowDown')?.id).toBe('end')
    expect(stationAfter(walk, 'start', 'ArrowLeft')?.id).toBe('start')
  })

  it('jumps to the first and the last', () => {
    expect(stationAfter(walk, 'upper', 'End')?.id).toBe('end')
    expect(stationAfter(walk, 'upper', 'Home')?.id).toBe('start')
  })

  it('leaves all other keys to the page', () => {
    expect(stationAfter(walk, 'upper', 'j')).toBeUndefined()
    expect(stationAfter([], '', 'Home')).toBeUndefined()
  })
})
