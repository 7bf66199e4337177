/** What axe finds wrong with an element. */

// A script for pages: it leaves `axe` on the window.
import 'axe-core/axe.min.js'
import type axeCore from 'axe-core'

declare global {
  interface Window {
    readonly axe: typeof axeCore
  }
}

const criteria = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Runs every rule of WCAG 2.2 AA and of good practice; contrast that axe cannot decide is a fault as well. */
export async function findFaults(element: Element): Promise<string[]> {
  // What an open dialog covers cannot be judged, nor used.
  const shown = element.shadowRoot?.querySelector('dialog[open]') ?? element
  const { violations, incomplete } = await window.axe.run(shown, {
    runOnly: criteria,
    rules: { 'target-size': { enabled: true }, region: { enabled: false } },
  })
  const undecided = incomplete.filter(({ id }) => id === 'color-contrast')
  return [...violations, ...undecided].flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
