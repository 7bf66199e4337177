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
    id: 'two-accounts',
    title: 'Two accounts of one service',
    group: 'people',
    steps: [
      'Press Connect; in the window, choose Alice, then Allow.',
      'Press “Add another account”; in the window, use another account: Bob. Allow.',
      'Disconnect Alice.',
    ],
    expect: ['There is a row for each account, and the backend holds two connections.', 'Bob stays connected.'],
  },
  {
    id: 'list',
    title: 'The list of connectors',
    group: 'people',
    steps: ['Search for “crm”.', 'Press Connect beside Borealis CRM.', 'Empty the search.'],
    expect: [
      'Forty connectors are listed; two are found.',
      'The row becomes a card that says who is connected, and stays one in the whole list.',
    ],
    changes: [consentAtOnce],
    page: { connector: null },
  },
  {
    id: 'list-handed-over',
    title: 'Another user, while the list is open',
    group: 'people',
    steps: [
      'Press Connect beside Borealis CRM; in the window, choose Alice, then Allow.',
      'Press Connect beside Blue Harbour, and leave its window alone.',
      'Sign in as Ben at the top, then as Ana again.',
    ],
    expect: [
      'The list stays where it is and becomes Ben’s: every row offers Connect, no card is open, and none of Ana’s records is left in the browser.',
      'What was under way was Ana’s: the log has “cancelled”, once.',
      'Ana’s list has Borealis CRM connected.',
    ],
    page: { connector: null, handsOver: true },
  },
  {
    id: 'another-account',
    title: 'Reconnecting with another account',
    group: 'people',
    steps: [
      'Press Connect; Alice is connected.',
      'Press “Remove the app at Acme Cloud” below, then “Have it refreshed”, then Reconnect.',
      'In the window, use another account: Bob. Allow.',
    ],
    expect: [
      'The card says that it is another account than the one that was connected (“account_mismatch”).',
      'The backend still holds Alice’s connection, untouched.',
    ],
    changes: [consentAtOnce],
    acts: [
      {
        id: 'revoke',
        label: 'Remove the app at Acme Cloud',
        changes: [{ kind: 'revoke_grants' }, { kind: 'authorization_server', set: { consent: 'ask' } }],
      },
    ],
  },
  {
    id: 'shared-computer',
    title: 'A computer that people share',
    group: 'people',
    steps: ['Press Connect.', 'Press “Read the access token”.'],
    expect: [
      'The element has storage="memory": it connects, and the token is served from memory.',
      'Nothing is kept in this browser.',
    ],
    changes: [consentAtOnce],
    page: { attributes: { storage: 'memory' } },
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
