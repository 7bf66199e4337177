/** Scenarios: real faults in real servers, and in the browser's storage. */

import { type Scenario, consentAtOnce } from './scenario.ts'

export const faults = [
  {
    id: 'service-down',
    title: 'The authorization server is down',
    group: 'faults',
    steps: [
      'Press Connect. Its token endpoint answers 503.',
      'Press “Bring Acme Cloud back” below, then Try again on the card.',
    ],
    expect: [
      'The card says what failed, with the reason “authorization_server_unavailable” and a request id.',
      'The second try connects.',
    ],
    changes: [{ kind: 'authorization_server', set: { consent: 'allow', down: true } }],
    acts: [
      {
        id: 'service-up',
        label: 'Bring Acme Cloud back',
        changes: [{ kind: 'authorization_server', set: { down: false } }],
      },
    ],
  },
  {
    id: 'backend-down',
    title: 'The backend is down',
    group: 'faults',
    steps: ['Press “Stop the backend” below, then Connect.', 'Press “Start the backend”, then Try again on the card.'],
    expect: [
      'The card says that the backend answered 502, with the reason “backend_unreachable”.',
      'The second try connects.',
    ],
    changes: [consentAtOnce],
    acts: [
      { id: 'stop-backend', label: 'Stop the backend', changes: [{ kind: 'stop_backend' }] },
      { id: 'start-backend', label: 'Start the backend', changes: [{ kind: 'start_backend' }] },
    ],
  },
  {
    id: 'backend-down-at-load',
    title: 'The page loads while the backend is down',
    group: 'faults',
    steps: ['Look at the card.', 'Press “Start the backend” below, then Try again on the card.'],
    expect: [
      'The card says that the server does not answer, and offers Try again; it does not blame who is signed in.',
      'Then it offers Connect.',
    ],
    changes: [consentAtOnce, { kind: 'stop_backend' }],
    acts: [{ id: 'start-backend', label: 'Start the backend', changes: [{ kind: 'start_backend' }] }],
  },
  {
    id: 'offline',
    title: 'Offline',
    group: 'faults',
    steps: [
      'Press Connect, then “Go offline” below: every server refuses connections for twelve seconds.',
      'Press “Read the access token”, then “Have it refreshed”.',
      'Wait until the twelve seconds are over, and press “Have it refreshed” again.',
    ],
    expect: [
      'The cached token is still served.',
      'A refresh says that the backend cannot be reached; the card stays connected.',
      'Afterwards the refresh works.',
    ],
    changes: [consentAtOnce],
    acts: [{ id: 'go-offline', label: 'Go offline', changes: [{ kind: 'outage', seconds: 12 }] }],
  },
  {
    id: 'storage-broken',
    title: 'The browser’s storage is broken',
    group: 'faults',
    steps: ['Press Connect.', 'Press “Read the access token” twice.'],
    expect: [
      'It connects all the same.',
      'The log has “storage-degraded”, once: the token is kept in memory only.',
      'The second read comes from the cache.',
    ],
    changes: [consentAtOnce],
    page: { breakStorage: true },
  },
] as const satisfies readonly Scenario[]
