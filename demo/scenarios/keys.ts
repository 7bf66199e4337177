/** Scenarios: services that ask for a key, a password or a token. */

import { cobalt, dune, ember } from '../connectors/keyed.ts'
import type { Scenario } from './scenario.ts'

export const keys = [
  {
    id: 'api-key',
    title: 'API key, right',
    group: 'keys',
    steps: [
      `Press Connect, type ${cobalt.values.apiKey} and send it.`,
      'Press “Call the API”: it goes through the backend’s proxy.',
    ],
    expect: [
      'The log has “saving” while Cobalt Mail is asked, then “connected”.',
      'The API answers 200. The key is nowhere in this browser, and in no event.',
    ],
    page: { connector: cobalt.id },
  },
  {
    id: 'api-key-wrong',
    title: 'API key, wrong',
    group: 'keys',
    steps: [
      'Press Connect, type cobalt_00000000 and send it.',
      `Put ${cobalt.values.apiKey} in its place and send that.`,
    ],
    expect: [
      'The form shows Cobalt Mail’s own words: it does not know this API key. What was typed is still there, and the backend keeps nothing.',
      'The right key connects.',
    ],
    page: { connector: cobalt.id },
  },
  {
    id: 'basic',
    title: 'User name and password',
    group: 'keys',
    steps: [`Press Connect, type ${dune.values.username} and ${dune.values.password}, and press Enter.`],
    expect: ['Both fields say to password managers what they are.', 'The card is connected as that user.'],
    page: { connector: dune.id },
  },
  {
    id: 'bearer',
    title: 'A token that is typed',
    group: 'keys',
    steps: [`Press Connect, type ${ember.values.token} and send it.`],
    expect: ['The card is connected.', 'After Disconnect the backend holds nothing.'],
    page: { connector: ember.id },
  },
] as const satisfies readonly Scenario[]
