/** The element's look: one card whose height stays from state to state where the message fits two lines. */

import { unsafeCSS } from 'lit'

// A constant of ours, so nothing can be unsafe in it; the tag that checks the rest costs the script tag 0.1 kB.
export const styles = unsafeCSS(`
  :host {
    --line: var(--connector-auth-border, light-dark(#dfe2e8, #363b47));
    --paper: var(--connector-auth-background, light-dark(#fff, #1b1e26));
    --soft: var(--connector-auth-muted, light-dark(#5a6170, #a5adbd));
    --tint: var(--connector-auth-accent, light-dark(#3451d1, #9db0ff));
    --mark: var(--connector-auth-success, light-dark(#14794a, #5ad39a));
    --round: var(--connector-auth-radius, 12px);
    --dense: var(--connector-auth-density, 1);
    display: block;
    color: var(--connector-auth-color, light-dark(#191c24, #eceef3));
    line-height: 1.4;
  }
  :host(:is([hidden], [headless])) {
    display: none;
  }
  :host([theme='auto']) {
    color-scheme: light dark;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  div,
  section,
  ul {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin: 0;
    padding: 0;
  }
  [role='group'] {
    --ink: var(--soft);
    gap: 12px;
    padding: var(--connector-auth-padding, calc(12px * var(--dense)) calc(16px * var(--dense)));
    box-shadow: var(--connector-auth-shadow, 0 1px 2px #0b142614);
  }
  [role='group'],
  .list {
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--paper);
  }
  .list {
    box-sizing: border-box;
    block-size: var(--connector-auth-list-height, 26em);
  }
  .failed,
  .fault {
    --mark: var(--connector-auth-danger, light-dark(#b3261e, #ff9d94));
    --ink: var(--mark);
  }
  i {
    position: relative;
    display: grid;
    place-items: center;
    align-self: start;
    margin-block: calc(10px * var(--dense));
    inline-size: 40px;
    block-size: 40px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: color-mix(in srgb, var(--tint) 14%, var(--paper));
    color: var(--tint);
    font-style: normal;
    font-weight: 600;
  }
  /* A brand's own colours are made for white. */
  svg {
    inline-size: 24px;
    padding: 8px;
    border-radius: inherit;
    background: #fff;
    color: #222;
    forced-color-adjust: none;
  }
  i::after {
    position: absolute;
    border: 2px solid var(--tint);
    border-radius: 50%;
  }
  section {
    /* In a card below 34em the buttons have a line to themselves in every state, so that none moves another. */
    flex: 1 1 clamp(9em, (34em - 100%) * 99, 100% - 54px);
    align-content: center;
    /* The third line is a connection's: its day and permissions. */
    min-block-size: calc(4.75em * var(--dense));
    gap: 0 12px;
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }
  p {
    margin: 0;
    color: var(--ink);
  }
  b,
  p {
    flex-basis: 100%;
  }
  /* The name is not known yet, and an id is none. */
  .loading :is(b, i) {
    color: transparent;
    font-size: 0;
  }
  .loading b {
    flex: 0 1 8rem;
    block-size: 14px;
    margin: 5px 0;
    border-radius: 4px;
    background: var(--line);
  }
  b {
    font-size: 1.15em;
    font-weight: 600;
  }
  button,
  a {
    padding: calc(7px * var(--dense)) 14px;
    border: 1px solid var(--line);
    border-radius: var(--connector-auth-button-radius, calc(var(--round) - 4px));
    background: var(--paper);
    color: inherit;
    font: inherit;
    font-size: 0.875em;
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }
  .main {
    background: var(--tint);
    color: var(--connector-auth-on-accent, light-dark(#fff, #10173a));
  }
  :is(button, a):hover {
    border-color: currentcolor;
  }
  [inert] {
    visibility: hidden;
  }
  :focus-visible {
    outline: 2px solid var(--connector-auth-focus, var(--tint));
    outline-offset: 2px;
  }
`)
