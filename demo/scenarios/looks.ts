/** Scenarios: how it looks. */

import { type Act, type Scenario, consentAtOnce } from './scenario.ts'

const takeDown: Act = {
  id: 'service-down',
  label: 'Take Acme Cloud down',
  changes: [{ kind: 'authorization_server', set: { down: true } }],
}

/** A language of the element: the page around stays English. */
function language<const I extends string>(id: I, lang: string, title: string, words: string) {
  return {
    id,
    title,
    group: 'looks' as const,
    steps: [
      'Look at the card, connect, and open its permissions.',
      'Press “Take Acme Cloud down” below, and add another account on the card.',
    ],
    expect: [
      `The button says “${words}”; every text of the card is in this language, the permissions and the failure too.`,
    ],
    changes: [consentAtOnce],
    page: { attributes: { lang } },
    acts: [takeDown],
  }
}

export const looks = [
  {
    id: 'dark',
    title: 'Dark',
    group: 'looks',
    steps: ['Look at the card, and connect.'],
    expect: ['Everything is readable; the card follows the page.'],
    changes: [consentAtOnce],
    page: { scheme: 'dark' },
  },
  {
    id: 'rtl',
    title: 'Right to left',
    group: 'looks',
    steps: ['Look at the card, and connect.'],
    expect: ['The card is mirrored: its icon stands on the right, its buttons run to the left.'],
    changes: [consentAtOnce],
    page: { direction: 'rtl' },
  },
  language('english', 'en', 'English', 'Connect'),
  language('german', 'de', 'German', 'Verbinden'),
  language('french', 'fr', 'French', 'Connecter'),
  language('spanish', 'es', 'Spanish', 'Conectar'),
  language('japanese', 'ja', 'Japanese', '接続'),
  language('arabic', 'ar', 'Arabic, right to left by itself', 'ربط'),
] as const satisfies readonly Scenario[]
