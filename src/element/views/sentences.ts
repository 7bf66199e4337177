/** Puts one text after another, so that two sentences are told apart. */

import type { CardText } from '../text.ts'

/** Joins them by the language's full stop, where the first has no end of its own. */
export const sentences = ({ sentences: joined }: CardText, first: string, second: string): string =>
  /[.!?…。！？؟]$/u.test(first)
    ? `${first} ${second}`
    : joined.replace(/{(?:first|(second))}/g, (_, last?: string) => (last ? second : first))
