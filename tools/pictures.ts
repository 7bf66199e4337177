/** Takes pictures of every view of the element, in light, dark, from right to left and narrow, from a built page.
 *
 * `node tools/pictures.ts` takes them all into `pictures/`; `keep` renews what tests compare with: the boxes of every view,
 * and the README's pictures.
 */
import { copyFileSync, createReadStream, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'
import { build } from 'vite'
import { chromiumFlags, findChromium } from './chromium.ts'

/** What is drawn of a part: its name, and its place in the page in whole pixels. */
export type Box = readonly [part: string, left: number, top: number, width: number, height: number]

/** One view in one look. */
export interface Picture {
  /** `light/idle`. */
  readonly name: string
  readonly boxes: readonly Box[]
  /** PNG, where asked for. */
  readonly image: Buffer | undefined
}

interface Look {
  readonly lang: string
  readonly dir: string
  readonly theme: string
  readonly narrow: boolean
}

/** How each view is looked at. */
export const looks = {
  light: { lang: 'en', dir: 'ltr', theme: 'light', narrow: false },
  dark: { lang: 'en', dir: 'ltr', theme: 'dark', narrow: false },
  rtl: { lang: 'ar', dir: 'rtl', theme: 'light', narrow: false },
  narrow: { lang: 'de', dir: 'ltr', theme: 'light', narrow: true },
  ja: { lang: 'ja', dir: 'ltr', theme: 'light', narrow: false },
} as const satisfies Readonly<Record<string, Look>>

type LookName = keyof typeof looks

/** What to take. */
export interface Wanted {
  readonly root: string
  readonly looks: readonly LookName[]
  /** Which of them as images too, by name. */
  readonly image: (name: string) => boolean
}

/** The pictures of the README and of docs/languages.md. */
export const kept = ['light/idle', 'light/waiting', 'light/connected', 'light/list', 'rtl/list'] as const

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
}

/** Takes pictures.
 *
 * @returns The browser's version with them: pixels are only comparable within one.
 */
export async function takePictures({ root, looks: names, image }: Wanted): Promise<{
  readonly browser: string
  readonly pictures: readonly Picture[]
}> {
  const folder = await buildPage(root)
  const server = createServer(({ url = '/' }, response) => {
    const file = join(folder, new URL(url, 'http://x').pathname.replace(/\/$/, '/index.html'))
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
  try {
    const taken: Picture[] = []
    for (const name of names) taken.push(...(await takeLook(browser, `http://127.0.0.1:${port}/`, name, image)))
    return { browser: browser.version(), pictures: taken }
  } finally {
    await browser.close()
    server.close()
    server.closeAllConnections()
  }
}

async function buildPage(root: string): Promise<string> {
  const outDir = join(root, 'node_modules/.cache/pictures')
  await build({
    root: join(root, 'test/pictures'),
    configFile: false,
    logLevel: 'warn',
    base: './',
    build: { outDir, emptyOutDir: true, target: 'es2022', minify: false, modulePreload: { polyfill: false } },
  })
  copyFileSync(join(root, 'node_modules/msw/lib/mockServiceWorker.js'), join(outDir, 'mockServiceWorker.js'))
  return outDir
}

async function takeLook(browser: Browser, url: string, name: LookName, image: Wanted['image']): Promise<Picture[]> {
  const look: Look = looks[name]
  const page = await browser.newPage({ viewport: { width: look.narrow ? 320 : 528, height: 700 } })
  await page.goto(url)
  await page.waitForFunction('window.pictures')
  const pictures: Picture[] = []
  for (const view of (await page.evaluate('window.pictures.names')) as string[]) {
    const full = `${name}/${view}`
    const boxes = await showView(page, view, look)
    pictures.push({ name: full, boxes, image: image(full) ? await photograph(page) : undefined })
  }
  await page.close()
  return pictures
}

const showView = (page: Page, view: string, look: Look): Promise<Box[]> =>
  page.evaluate(`window.pictures.show(${JSON.stringify(view)}, ${JSON.stringify(look)})`)

async function photograph(page: Page): Promise<Buffer> {
  // A dialog stands in the middle of the window, not in the page.
  const dialog = "document.querySelector('connector-auth').shadowRoot.querySelector('dialog[open]')"
  const height: number = await page.evaluate(
    `${dialog} ? 700 : Math.ceil(document.body.getBoundingClientRect().height)`,
  )
  const { width } = page.viewportSize() ?? { width: 528 }
  return page.screenshot({ animations: 'disabled', clip: { x: 0, y: 0, width, height } })
}

/** `light/needs reconnect` → `light-needs-reconnect.png`. */
export const fileOf = (name: string) => `${name.replaceAll(/\W+/g, '-').toLowerCase()}.png`

async function takeAll(root: string): Promise<void> {
  const folder = join(root, 'pictures')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const all = Object.keys(looks) as LookName[]
  const { pictures } = await takePictures({ root, looks: all, image: () => true })
  for (const { name, image } of pictures) if (image) writeFileSync(join(folder, fileOf(name)), image)
  console.log(`${pictures.length} pictures in ${folder}`)
}

/** Renews what tests compare with. */
async function keep(root: string): Promise<void> {
  const { browser, pictures } = await takePictures({ root, ...keptWanted })
  mkdirSync(join(root, keptFolder), { recursive: true })
  const images = pictures.flatMap(({ name, image }) => (image ? [{ name, image }] : []))
  for (const { name, image } of images) writeFileSync(join(root, keptFolder, fileOf(name)), image)
  const boxes = pictures.map(({ name, boxes: all }) => `    ${JSON.stringify(name)}: ${JSON.stringify(all)}`)
  const head = `  "browser": ${JSON.stringify(browser)},`
  writeFileSync(join(root, keptFile), `{\n${head}\n  "boxes": {\n${boxes.join(',\n')}\n  }\n}\n`)
  console.log(`kept ${boxes.length} views and ${images.length} pictures of Chromium ${browser}`)
}

/** Where the boxes are kept. */
export const keptFile = 'test/pictures/kept.json'

/** Where the pictures are kept. */
export const keptFolder = 'docs/pictures'

/** What is kept; dark has the boxes of light. */
export const keptWanted = {
  looks: ['light', 'rtl', 'narrow'],
  image: (name: string) => kept.some((one) => one === name),
} as const satisfies Omit<Wanted, 'root'>

if (import.meta.main) {
  if (process.argv[2] === 'keep') await keep(process.cwd())
  else await takeAll(process.cwd())
}
