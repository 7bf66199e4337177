/** A page that shows one view after the other, as whoever takes the pictures asks. */

import { type TestPage, openPage } from '../element/page.ts'
import { settle, views } from '../element/views.ts'

/** How a view is to be looked at. */
interface Look {
  readonly lang: string
  readonly dir: string
  readonly theme: string
  readonly narrow: boolean
}

/** What is drawn of a part: its place in the page, in whole pixels. */
type Box = readonly [part: string, left: number, top: number, width: number, height: number]

declare global {
  interface Window {
    /** For the pictures' taker. */
    readonly pictures: { readonly names: readonly string[]; show(name: string, look: Look): Promise<Box[]> }
  }
}

let page: TestPage | undefined

async function show(name: string, { lang, dir, theme, narrow }: Look): Promise<Box[]> {
  page?.close()
  const root = document.documentElement
  Object.assign(root, { lang, dir })
  root.dataset['theme'] = theme
  root.toggleAttribute('data-narrow', narrow)
  page = await openPage()
  const element = await views[name]?.(page)
  if (!element) throw new Error(`There is no view "${name}".`)
  await settle(element)
  // A font is asked for when its letters are laid out.
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  for (const wait of [frame, () => document.fonts.ready, frame]) await wait()
  const icon = () => element.shadowRoot?.querySelector('[part~=icon]')?.childElementCount
  for (let tries = 0; tries < 20 && !icon(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  return measure(element.shadowRoot ?? element)
}

/** The boxes of everything that has a part, in nested elements too. */
function measure(root: ParentNode): Box[] {
  const boxes: Box[] = []
  for (const one of root.querySelectorAll('*')) {
    const { left, top, width, height } = one.getBoundingClientRect()
    if (one.part.length > 0 && width > 0) {
      const [x = 0, y = 0, wide = 0, high = 0] = [left, top, width, height].map(Math.round)
      boxes.push([one.part.value, x, y, wide, high])
    }
    if (one.shadowRoot) boxes.push(...measure(one.shadowRoot))
  }
  return boxes
}

Object.assign(window, { pictures: { names: Object.keys(views), show } })
