/** What a card does once something is known or goes on; loaded beside first paint, not before it. */

export * from './card-attempt.ts'
export * from './card-show.ts'
export * from './card-standing.ts'
