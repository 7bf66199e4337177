/** Measures from a click until there is a token. */

/** Gives the way to a token to the page's button; `took` is then the time in milliseconds. */
export function takeByClick(getToken: () => Promise<unknown>): void {
  document.querySelector('button')?.addEventListener('click', ({ timeStamp }) => {
    void getToken().then(() => Object.assign(globalThis, { took: performance.now() - timeStamp }))
  })
}
