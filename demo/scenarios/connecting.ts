/** Scenarios: the ways an attempt can end. */

import type { Scenario } from './scenario.ts'

export const connecting = [
  {
    id: 'success',
    title: 'Success',
    group: 'connecting',
    steps: ['Press Connect.', 'In the window, choose Alice, then Allow.'],
    expect: [
      'The window closes by itself.',
      'The card says “Connected as alice@example.com”, and since when.',
      'The log ends with “connected”, once.',
    ],
  },
  {
    id: 'denied',
    title: 'The person says no',
    group: 'connecting',
    steps: ['Press Connect.', 'In the window, choose Alice, then Deny.'],
    expect: ['The card says that you declined, and offers to try again.', 'The log ends with “denied”, once.'],
  },
  {
    id: 'cancelled',
    title: 'Cancelled on the page',
    group: 'connecting',
    steps: [
      'Press Connect.',
      'Leave the window alone. Press Cancel on the card.',
      'In the window, choose Alice, then Allow.',
    ],
    expect: [
      'The card says “Cancelled. Nothing was connected.”, and the log has “cancelled”, once.',
      'What is granted too late is said, and is yours to keep or to disconnect; there is no second ending.',
    ],
  },
  {
    id: 'closed',
    title: 'The window is closed by hand',
    group: 'connecting',
    steps: ['Press Connect.', 'Close the window. Wait three seconds with this page in front.'],
    expect: [
      'The card asks whether the window was closed, with Reopen and Cancel: no browser tells for certain.',
      'Reopen goes on with the same attempt.',
    ],
  },
  {
    id: 'blocked',
    title: 'The browser blocks the window',
    group: 'connecting',
    steps: [
      'Press Connect. This page’s headers forbid every window.',
      'Press “Continue in this tab”, then choose Alice and Allow.',
    ],
    expect: [
      'The card says that the window was blocked; the log has “popup-blocked”.',
      'The whole tab goes to Acme Cloud and comes back; the same attempt ends with “connected”. The log has gone along.',
    ],
    page: { variant: 'blocked' },
  },
  {
    id: 'redirect',
    title: 'Without a window at all',
    group: 'connecting',
    steps: ['Press Connect.', 'Choose Alice, then Allow.'],
    expect: [
      'The whole tab goes to Acme Cloud and comes back.',
      'The card is connected; the log ends with “connected”.',
    ],
    page: { attributes: { mode: 'redirect' } },
  },
  {
    id: 'reload',
    title: 'The page is reloaded in the midst',
    group: 'connecting',
    steps: ['Press Connect.', 'Reload this page while the window is open.', 'In the window, choose Alice, then Allow.'],
    expect: ['The reloaded page goes on waiting by itself.', 'The card is connected.'],
  },
  {
    id: 'slow',
    title: 'The service is slow',
    group: 'connecting',
    steps: ['Press Connect. Consent is given at once; the token endpoint then thinks for two seconds.'],
    expect: [
      'The card says “Connecting…” for two seconds, and has kept its height since Connect: nothing jumps.',
      'Then it is connected.',
    ],
    changes: [{ kind: 'authorization_server', set: { consent: 'allow', tokenDelaySeconds: 2 } }],
  },
] as const satisfies readonly Scenario[]
