/** The parts that a page can style in every card, those of its state among them. */

import type { Status } from '../view.ts'

/** By name, so that a new state cannot be forgotten. */
const states: Readonly<Record<Status, true>> = {
  loading: true,
  fault: true,
  idle: true,
  list: true,
  accounts: true,
  opening: true,
  entering: true,
  saving: true,
  waiting: true,
  ready: true,
  blocked: true,
  redeeming: true,
  connected: true,
  disconnecting: true,
  failed: true,
}

const card = ['card', 'icon', 'title', 'message', 'since', 'permissions', 'report', 'actions', 'button', 'main', 'link']
const form = ['dialog', 'form', 'dialog-title', 'problem', 'field', 'label', 'input', 'affix', 'help', 'fault']

/** What a card in a card lets through to the page. */
export const cardParts: readonly string[] = [...card, ...form, ...Object.keys(states)]
