/** The look of what is loaded beside first paint. */

import { unsafeCSS } from 'lit'

// A constant of ours, as in `styles.ts`.
export const laterStyles = unsafeCSS(`
  :is(.opening, .waiting, .redeeming) i {
    border-radius: 50%;
  }
  :is(.opening, .waiting, .redeeming) i::after {
    content: '';
    inset: -5px;
    border-block-start-color: transparent;
    animation: turn 1s linear infinite;
  }
  :is(.connected, .failed, .fault) i::after {
    content: '✓';
    inset: auto -5px -5px auto;
    inline-size: 14px;
    border-color: var(--paper);
    background: var(--mark);
    color: var(--paper);
    font: 700 10px/14px sans-serif;
    text-align: center;
  }
  :is(.failed, .fault) i::after {
    content: '!';
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  section {
    min-inline-size: 0;
  }
  /* One line for the day and the permissions comes before one for everything. */
  .connected section {
    flex-basis: min(19em, 100% - 54px);
  }
  input {
    box-sizing: border-box;
    min-block-size: 32px;
    padding: 4px 10px;
    border: 1px solid color-mix(in srgb, currentcolor 52%, var(--paper));
    border-radius: var(--connector-auth-field-radius, calc(var(--round) - 4px));
    background: none;
    color: inherit;
    font: inherit;
    flex: 1 1 12em;
    min-inline-size: 0;
    margin-block: 6px;
  }
  /* A ring around the whole line would lie on the next one. */
  b:focus-visible {
    outline: none;
    text-decoration: underline 2px var(--connector-auth-focus, var(--tint));
    text-underline-offset: 3px;
  }
  .main:hover {
    border-color: transparent;
    background: color-mix(in srgb, var(--tint) 88%, currentcolor);
  }
  :is(button, a):active {
    translate: 0 1px;
  }
  small,
  details[open] {
    flex-basis: 100%;
  }
  [part='since'] {
    flex-basis: auto;
  }
  small,
  details {
    font-size: 0.9em;
    color: var(--soft);
  }
  summary {
    line-height: 24px;
    cursor: pointer;
  }
  li {
    padding: 0 8px;
    border: 1px solid var(--line);
    border-radius: var(--round);
    list-style: none;
  }
  [part='card accounts'] {
    border-style: dashed;
  }
  [exportparts] {
    margin-block-end: 8px;
  }
  li > [exportparts] {
    margin: 8px;
  }
  .ask {
    box-sizing: border-box;
    max-inline-size: min(26em, 100vi - 32px);
    padding: 20px;
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--paper);
    color: inherit;
    overflow-wrap: anywhere;
  }
  .ask p {
    margin-block: 6px 18px;
    color: var(--soft);
    font-size: 0.875em;
  }
  .ask [part='actions'] {
    justify-content: end;
  }
  .ask .main {
    background: var(--connector-auth-danger, light-dark(#b3261e, #ff9d94));
    color: light-dark(#fff, #2b0b08);
  }
  .ask::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  .small {
    min-block-size: 24px;
    padding: 1px 8px;
    font-size: 0.8em;
  }
  @media (forced-colors: active) {
    .main {
      border-color: ButtonText;
      background: ButtonText;
      color: ButtonFace;
      forced-color-adjust: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    i::after {
      animation: none !important;
    }
  }
`)
