/** The form's look, beside the card's own. */

/** Its stylesheet. */
export const formStyles = new CSSStyleSheet()

formStyles.replaceSync(`
  .entry {
    box-sizing: border-box;
    inline-size: min(27em, 100vw - 24px);
    max-inline-size: none;
    max-block-size: calc(100dvh - 24px);
    padding: 24px;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--paper);
    color: inherit;
    /* Back to the host's: it stands in the card's smaller text. */
    font-size: calc(1em / 0.875);
    text-align: start;
    box-shadow: 0 16px 48px #0004;
  }
  .entry::backdrop {
    background: #0007;
  }
  .entry form,
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 18px;
  }
  .field {
    gap: 5px;
    align-items: stretch;
  }
  .entry h2 {
    margin: 0;
    font-size: 1.2em;
    font-weight: 600;
  }
  .entry label {
    font-size: 0.9em;
    font-weight: 600;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    padding-inline-end: 4px;
    border: 1px solid var(--line);
    border-color: color-mix(in srgb, currentcolor 52%, var(--paper));
    border-radius: var(--connector-auth-field-radius, calc(var(--round) - 4px));
    background: var(--paper);
  }
  .row > span {
    color: var(--soft);
    padding-inline-start: 10px;
    overflow-wrap: normal;
  }
  .row > :is(input, select) + span {
    padding: 4px 6px 4px 10px;
  }
  .row :is(input, select) {
    flex: 1 1 4em;
    box-sizing: border-box;
    min-inline-size: 4em;
    min-block-size: 42px;
    margin: 0;
    padding: 8px 10px;
    border: 0;
    border-radius: inherit;
    background: none;
    color: inherit;
    font: inherit;
    outline: none;
  }
  .row > span + input {
    padding-inline-start: 0;
  }
  .entry option {
    background: var(--paper);
    color: CanvasText;
  }
  .row button {
    padding: 4px 10px;
    border-color: transparent;
  }
  .masked {
    -webkit-text-security: disc;
  }
  .masked::placeholder {
    -webkit-text-security: none;
  }
  .row:has(:is(input, select):focus-visible) {
    outline: 2px solid var(--connector-auth-focus, var(--tint));
    outline-offset: 1px;
  }
  .row:has([aria-invalid='true']) {
    border-color: var(--wrong);
  }
  .field p {
    font-size: 0.85em;
    color: var(--soft);
  }
  .entry {
    --wrong: var(--connector-auth-danger, light-dark(#b3261e, #ff9d94));
  }
  .field [part='field-fault'],
  .problem {
    color: var(--wrong);
  }
  .problem:empty {
    display: none;
  }
  .problem {
    padding: 10px 12px;
    border: 1px solid;
    border-radius: calc(var(--round) - 4px);
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }
  .ends {
    justify-content: end;
    margin-block-start: 4px;
  }
  .ends button {
    min-block-size: 40px;
  }
  .entry [aria-disabled='true'] {
    opacity: 0.7;
    cursor: progress;
  }
`)
