/** Scenarios: what becomes of tokens. */

import { type Scenario, consentAtOnce } from './scenario.ts'

export const tokens = [
  {
    id: 'partial-scopes',
    title: 'Only part is granted',
    group: 'tokens',
    steps: [
      'Press Connect.',
      'In the window, choose Alice, untick “See and download your files”, then Allow.',
      'Press “Grant the rest”, then Allow.',
    ],
    expect: [
      'It is connected, and under the permissions the card names “files.read” as not granted.',
      'Afterwards it is the same connection, with everything granted.',
    ],
  },
  {
    id: 'no-refresh-token',
    title: 'There is no refresh token',
    group: 'tokens',
    steps: [
      'Press Connect. The access token lives for two seconds, and there is nothing to renew it with.',
      'Wait two seconds, then press “Read the access token”.',
    ],
    expect: ['It is connected.', 'Then the card asks to connect again, and the log has “needs-reconnect”.'],
    changes: [{ kind: 'authorization_server', set: { consent: 'allow', refreshTokens: false, accessTokenSeconds: 2 } }],
  },
  {
    id: 'expired-token',
    title: 'The access token expires',
    group: 'tokens',
    steps: [
      'Press Connect. Access tokens live for two seconds.',
      'Press “Read the access token” twice, two seconds apart.',
    ],
    expect: ['Each read gives a token that is valid; the second one is another.', 'The person notices nothing.'],
    changes: [{ kind: 'authorization_server', set: { consent: 'allow', accessTokenSeconds: 2 } }],
  },
  {
    id: 'refresh-revoked',
    title: 'Access is taken away at the service',
    group: 'tokens',
    steps: [
      'Press Connect.',
      'Press “Remove the app at Acme Cloud” below, then “Have it refreshed”.',
      'Press Reconnect.',
    ],
    expect: [
      'The card asks to connect again, and the log has “needs-reconnect”.',
      'Reconnecting keeps the connection: its id stays.',
    ],
    changes: [consentAtOnce],
    acts: [{ id: 'revoke', label: 'Remove the app at Acme Cloud', changes: [{ kind: 'revoke_grants' }] }],
  },
] as const satisfies readonly Scenario[]
