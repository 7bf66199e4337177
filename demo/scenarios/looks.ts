/** Scenarios: how it looks. */

import { type Scenario, consentAtOnce } from './scenario.ts'

/** A language of the element: the page around stays English. */
function language<const I extends string>(id: I, lang: string, title: string, words: string) {
  return {
    id,
    title,
    group: 'looks' as const,
    steps: ['Look at the card, and connect.'],
    expect: [`The button says “${words}”; every text of the card is in this language, permissions and failures too.`],
    changes: [consentAtOnce],
    page: { attributes: { lang } },
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
