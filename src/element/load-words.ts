/** Loads the words of a language; itself loaded by who needs one, for a button in English needs none of it. */

import type { Translation } from './languages/translation.ts'

// Each import is spelled out: bundlers and integrity lists find them so.
const languages: Readonly<Record<string, () => Promise<{ readonly text: Translation }>>> = {
  ar: () => import('./languages/ar.ts'),
  de: () => import('./languages/de.ts'),
  es: () => import('./languages/es.ts'),
  fr: () => import('./languages/fr.ts'),
  ja: () => import('./languages/ja.ts'),
}

/** Gives the words of a language that the element speaks. */
export async function loadWords(code: string): Promise<Translation | null> {
  return (await languages[code]?.())?.text ?? null
}
