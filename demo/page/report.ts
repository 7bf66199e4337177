/** A report for a bug tracker: what was set up, what happened, with which versions; there is no credential in it. */

import type { DemoState } from './control.ts'
import { logged } from './log.ts'

/** Writes the report as text. */
export function writeReport({ scenario, version }: DemoState, selected: string | undefined): string {
  const cards = [...document.querySelectorAll('connector-auth')].map(({ status }) => status)
  const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const events = logged.map(({ at, name, more }) => `${at.padStart(6)} s  ${name}  ${more}`)
  return [
    `Scenario: ${selected ?? 'none'}${selected === scenario ? ' (set up)' : ' (not set up)'}`,
    `Link: ${location.href}`,
    `Card: ${cards.join(', ') || 'none'}`,
    `connector-auth ${version}`,
    `Browser: ${navigator.userAgent}`,
    `Languages: ${navigator.languages.join(' ')}; window ${innerWidth} × ${innerHeight}; ${scheme}; online: ${navigator.onLine}`,
    `Time: ${new Date().toISOString()}`,
    '',
    'Events:',
    ...(events.length > 0 ? events : ['none']),
    '',
    'What I did and saw instead:',
    '',
  ].join('\n')
}

/** Copies a text; where the browser refuses, `otherwise` shows it.  */
export async function copy(text: string, button: HTMLElement, otherwise: (text: string) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    const before = button.textContent
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = before
    }, 1_500)
  } catch {
    otherwise(text)
  }
}
