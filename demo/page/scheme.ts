/** Light, dark, or as the system says: one button goes round. */

const order = ['', 'light', 'dark'] as const
const words = { '': 'as the system says', light: 'light', dark: 'dark' }
const key = 'demo:scheme'

/** Lets the button change the page's scheme, and remembers it. */
export function followScheme(button: HTMLElement): void {
  const show = (scheme: (typeof order)[number]) => {
    if (scheme) document.documentElement.dataset['scheme'] = scheme
    else delete document.documentElement.dataset['scheme']
    button.setAttribute('aria-label', `Colours: ${words[scheme]}. Change.`)
    button.title = `Colours: ${words[scheme]}`
  }
  const known = () => order.find((scheme) => scheme === remembered()) ?? ''
  button.addEventListener('click', () => {
    const next = order[(order.indexOf(known()) + 1) % order.length] ?? ''
    show(next)
    try {
      localStorage.setItem(key, next)
    } catch {
      // Not remembered, that is all.
    }
  })
  show(known())
}

/** In a frame of another site the browser may refuse all storage. */
function remembered(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
