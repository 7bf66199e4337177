/** Scenarios: how it looks. */

import type { Scenario } from './scenario.ts'

export const looks = [
  {
    id: 'dark',
    title: 'Dark',
    group: 'looks',
    steps: ['Look at the card, and connect.'],
    expect: ['Everything is readable; the card follows the page.'],
    page: { scheme: 'dark' },
  },
  {
    id: 'rtl',
    title: 'Right to left',
    group: 'looks',
    steps: ['Look at the card, and connect.'],
    expect: ['The card is mirrored: its icon stands on the right, its buttons run to the left.'],
    page: { direction: 'rtl' },
  },
] as const satisfies readonly Scenario[]
