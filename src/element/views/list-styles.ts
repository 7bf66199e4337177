/** The look of the list. */

import { unsafeCSS } from 'lit'

// A constant of ours, as in `styles.ts`.
export const listStyles = unsafeCSS(`
  .list {
    position: relative;
    flex-flow: column nowrap;
    align-items: stretch;
    gap: 0;
    overflow: hidden;
  }
  .list.few {
    block-size: auto;
  }
  .head {
    padding: 12px;
    border-block-end: 1px solid var(--line);
  }
  .head input {
    flex: 999 1 9em;
    min-inline-size: 0;
  }
  /* As wide as its longest word; where that leaves no room for the search, on a line of its own. */
  .head select {
    flex: 1 0 auto;
    max-inline-size: 100%;
    text-overflow: ellipsis;
  }
  .head :is(input, select) {
    box-sizing: border-box;
    block-size: 36px;
    margin: 0;
    padding: 0 10px;
    border: 1px solid var(--line);
    border-radius: calc(var(--round) - 4px);
    background: var(--paper);
    color: inherit;
    font: inherit;
    font-size: 0.875em;
  }
  .list > p {
    flex: none;
    padding: 10px 16px;
    font-size: 0.875em;
    color: var(--soft);
  }
  .list > .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    padding: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .list > button {
    align-self: start;
    margin-inline: 16px;
  }
  .list ul {
    display: block;
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .list li {
    padding: 0;
    border: 0;
    border-radius: 0;
    border-block-end: 1px solid var(--line);
  }
  .list li[hidden] {
    display: none;
  }
  .list li:last-child {
    border-block-end: 0;
  }
  .row {
    position: relative;
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 46px;
    padding: 10px 16px !important;
    content-visibility: auto;
    contain-intrinsic-size: auto 46px;
  }
  .row:hover,
  .row:focus-within {
    background: color-mix(in srgb, var(--tint) 6%, var(--paper));
  }
  .row section {
    flex: 1 1 0;
    min-inline-size: 0;
    min-block-size: 0;
    flex-direction: column;
    flex-wrap: nowrap;
    align-items: start;
    gap: 0;
  }
  .row p {
    color: var(--soft);
  }
  .row .good {
    color: var(--mark);
  }
  .row .bad {
    color: var(--connector-auth-danger, light-dark(#b3261e, #ff9d94));
  }
  .row :is(b, p) {
    flex-basis: auto;
  }
  .row i {
    flex: none;
    margin: 0;
    align-self: center;
  }
  .row button {
    flex: none;
  }
  /* The whole row is the button's. */
  .row button::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  /* One animation for all of them: each would be a layer of its own. */
  .bones {
    flex: none;
    animation: fade 1.4s ease-in-out infinite alternate;
  }
  .bones div {
    block-size: 66px;
    border-block-end: 1px solid var(--line);
    background:
      radial-gradient(circle at 36px 50%, var(--line) 20px, transparent 20.5px),
      linear-gradient(var(--line) 0 0) 68px 40% / 38% 10px no-repeat,
      linear-gradient(var(--line) 0 0) 68px 65% / 22% 8px no-repeat;
  }
  .bones:dir(rtl) div {
    background:
      radial-gradient(circle at calc(100% - 36px) 50%, var(--line) 20px, transparent 20.5px),
      linear-gradient(var(--line) 0 0) calc(100% - 68px) 40% / 38% 10px no-repeat,
      linear-gradient(var(--line) 0 0) calc(100% - 68px) 65% / 22% 8px no-repeat;
  }
  @keyframes fade {
    from {
      opacity: 0.6;
    }
    to {
      opacity: 0.25;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bones {
      animation: none;
      opacity: 0.6;
    }
  }
`)
