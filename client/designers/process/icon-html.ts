import { h, render, type Component } from 'vue'

/** An icon as markup, for the parts of the canvas that are not ours to render. */
export function iconHtml(icon: Component, size = 16): string {
  const host = document.createElement('div')
  render(h(icon, { size, strokeWidth: 1.6, 'aria-hidden': 'true' }), host)
  return host.innerHTML
}
