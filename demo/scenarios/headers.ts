/** Scenarios: pages and services whose headers get in the way. */

import { type Scenario, consentAtOnce } from './scenario.ts'

export const headers = [
  {
    id: 'coop-service',
    title: 'The service isolates its window',
    group: 'headers',
    steps: ['Press Connect.', 'In the window, choose Alice, then Allow.'],
    expect: [
      'Acme Cloud sends “Cross-Origin-Opener-Policy: same-origin”, so the window looks closed from here while it is open.',
      'It connects all the same.',
    ],
    changes: [{ kind: 'authorization_server', set: { coop: 'same-origin' } }],
  },
  {
    id: 'coop-page',
    title: 'This page isolates itself',
    group: 'headers',
    steps: ['Press Connect.', 'In the window, choose Alice, then Allow.'],
    expect: ['This page sends “Cross-Origin-Opener-Policy: same-origin”.', 'It connects all the same.'],
    page: { variant: 'coop' },
  },
  {
    id: 'isolated-page',
    title: 'This page is cross-origin isolated',
    group: 'headers',
    steps: ['Press Connect.'],
    expect: [
      'This page also sends “Cross-Origin-Embedder-Policy: require-corp”, as pages with shared memory do.',
      'It connects all the same.',
    ],
    changes: [consentAtOnce],
    page: { variant: 'isolated' },
  },
  {
    id: 'strict-csp',
    title: 'The strictest content policy',
    group: 'headers',
    steps: ['Press Connect.', 'Disconnect again.'],
    expect: [
      'The policy allows scripts, styles and requests of this origin only, no form, no frame, and enforces Trusted Types.',
      'The log has no “policy violation”.',
    ],
    changes: [consentAtOnce],
    page: { variant: 'strict' },
  },
  {
    id: 'third-party-frame',
    title: 'In a frame of another site',
    group: 'headers',
    steps: ['Press Connect inside the frame.', 'In the window, choose Alice, then Allow.'],
    expect: [
      'The page around belongs to another site. Where the browser gives the frame no storage, the log says “storage-degraded”.',
      'The window begins at the backend’s bridge, and it connects inside the frame.',
    ],
    page: { variant: 'frame' },
  },
] as const satisfies readonly Scenario[]
