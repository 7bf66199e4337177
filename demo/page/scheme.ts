/** Light, dark, or as the system says: one button goes round. */

const order = ['', 'light', 'dark'] as const
const words = { '': 'as the system says', light: 'light', dark: 'dark' }
const key = 'demo:scheme'

type Scheme = (typeof order)[number]

/** Lets the button change the page's scheme, and remembers it.
 *
 * @returns Shows another one, without remembering it.
 */
export function followScheme(button: HTMLElement): (scheme: Scheme) => void {
  let shown: Scheme = ''
  const show = (scheme: Scheme) => {
    shown = scheme
    if (scheme) document.documentElement.dataset['scheme'] = scheme
    else delete document.documentElement.dataset['scheme']
    button.setAttribute('aria-label', `Colours: ${words[scheme]}. Change.`)
    button.title = `Colours: ${words[scheme]}`
  }
  button.addEventListener('click', () => {
    const next = order[(order.indexOf(shown) + 1) % order.length] ?? ''
    show(next)
    try {
      localStorage.setItem(key, next)
    } catch {
      // Not remembered, that is all.
    }
  })
  show(order.find((scheme) => scheme === remembered()) ?? '')
  return show
}

/** In a frame of another site the browser may refuse all storage. */
function remembered(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
