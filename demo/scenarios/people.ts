/** Scenarios: several people, several accounts, several elements. */

import { type Scenario, consentAtOnce } from './scenario.ts'

export const people = [
  {
    id: 'another-user',
    title: 'Another user signs in',
    group: 'people',
    steps: ['Press Connect: this is Ana’s connection.', 'Sign in as Ben at the top, then as Ana again.'],
    expect: [
      'Ben sees “Not connected”, gets no token, and none of Ana’s records is left in the browser.',
      'Ana is still connected.',
    ],
    changes: [consentAtOnce],
  },
  {
    id: 'two-elements',
    title: 'Two elements on one page',
    group: 'people',
    steps: ['Press Connect on the first one.', 'Reload this page.'],
    expect: ['After the reload both are connected.'],
    changes: [consentAtOnce],
    page: { elements: 2 },
  },
] as const satisfies readonly Scenario[]
