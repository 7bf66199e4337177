/** What should be seen of a card's looks: contrast, direction, language. */

import assert from 'node:assert/strict'
import axe from 'axe-core'
import { defaultText } from '../../../src/element/text.ts'
import { type Bench, connectAtOnce, connectButton } from './quality.ts'

/** By the scenario's id. */
export const looks = {
  dark,
  rtl,
  english: inLanguage({
    button: 'Connect',
    connect: connectButton,
    connected: 'Connected as alice@example.com',
    permissions: 'permissions',
    add: 'Add another account',
    failed: 'authorization_server_unavailable',
  }),
  german: inLanguage({
    button: 'Verbinden',
    connect: 'Acme Cloud verbinden',
    connected: 'Verbunden als alice@example.com',
    permissions: 'Berechtigungen',
    add: 'weiteres Konto hinzufügen',
    failed: 'Der Dienst antwortet gerade nicht.',
  }),
  french: inLanguage({
    button: 'Connecter',
    connect: 'Connecter Acme Cloud',
    connected: 'Connecté en tant que',
    permissions: 'autorisations',
    add: 'Ajouter un compte',
    failed: 'Le service ne répond pas pour le moment.',
  }),
  spanish: inLanguage({
    button: 'Conectar',
    connect: 'Conectar Acme Cloud',
    connected: 'Conectado como',
    permissions: 'permisos',
    add: 'Añadir otra cuenta',
    failed: 'El servicio no responde ahora mismo.',
  }),
  japanese: inLanguage({
    button: '接続',
    connect: 'Acme Cloudに接続',
    connected: 'として接続済み',
    permissions: '権限',
    add: '別のアカウントを追加',
    failed: 'サービスが応答していません。',
  }),
  arabic: inLanguage({
    direction: 'rtl',
    button: 'ربط',
    connect: 'ربط',
    connected: 'مرتبط بالحساب',
    permissions: 'أذونات',
    add: 'إضافة حساب آخر',
    failed: 'الخدمة لا تستجيب حاليًا.',
  }),
}

/** Waits for the card, and connects; `look` is asked before and after. */
async function lookAndConnect(bench: Bench, look: (bench: Bench) => Promise<void>): Promise<void> {
  await bench.card.getByRole('button', { name: connectButton }).waitFor()
  await look(bench)
  await connectAtOnce(bench)
  await look(bench)
}

/** The card follows the page, and every text of both has the contrast of WCAG 2.2. */
async function dark(bench: Bench): Promise<void> {
  assert.equal(await bench.byTestId('scheme').getAttribute('aria-label'), 'Colours: dark. Change.')
  await bench.page.evaluate(axe.source)
  await lookAndConnect(bench, async ({ page, card }) => {
    assert.equal(await card.evaluate((element) => getComputedStyle(element).colorScheme), 'dark')
    const unreadable: unknown = await page.evaluate(
      "axe.run({ runOnly: ['color-contrast'] }).then(({ violations }) => violations.flatMap(({ nodes }) => nodes.map(({ html }) => html)))",
    )
    assert.deepEqual(unreadable, [])
  })
}

/** The page says the direction, and the card is mirrored. */
async function rtl(bench: Bench): Promise<void> {
  await lookAndConnect(bench, async (now) => {
    assert.equal(await now.card.evaluate((element) => getComputedStyle(element).direction), 'rtl')
    await mirrored(now)
  })
}

/** The icon stands right of everything, and each button left of the one before. */
async function mirrored({ card }: Bench): Promise<void> {
  const whole = await boxOf(card)
  const icon = await boxOf(card.locator('[part~=icon]'))
  assert.ok(icon.x > whole.x + whole.width / 2, 'the icon stands on the right')
  const title = await boxOf(card.locator('[part~=title]'))
  assert.ok(title.x + title.width <= icon.x, 'the name stands left of it')
  const buttons = await card.locator('[part~=actions] button').filter({ visible: true }).all()
  const boxes = await Promise.all(buttons.map((button) => boxOf(button)))
  for (const [index, box] of boxes.entries()) {
    const before = boxes[index - 1]
    assert.ok(!before || box.x + box.width <= before.x || box.y > before.y, 'each button stands left of the one before')
  }
}

async function boxOf(one: Bench['card']) {
  const box = await one.first().boundingBox()
  assert.ok(box)
  return box
}

/** What a card says in a language. */
interface Words {
  /** What stands on the button. */
  readonly button: string
  readonly connect: string
  readonly direction?: 'rtl'
  readonly connected: string
  readonly permissions: string
  readonly add: string
  /** Of a service that is down. */
  readonly failed: string
}

/** Connects where consent is given at once, looks at the permissions, and adds an account while the service is down. */
function inLanguage(words: Words): (bench: Bench) => Promise<void> {
  return async (bench) => {
    const { card, says, press } = bench
    await card.getByRole('button').getByText(words.button, { exact: true }).waitFor()
    await press(words.connect)
    await says(words.connected)
    await card.getByText(words.permissions).click()
    await sayNothingElse(bench, words)
    if (words.direction === 'rtl') await mirrored(bench)
    await bench.act('service-down')
    await press(words.add)
    await says(words.failed)
    await sayNothingElse(bench, words)
  }
}

/** No text of the card, and no name of its controls, is one of the English texts. */
async function sayNothingElse({ card }: Bench, { connect }: Words): Promise<void> {
  if (connect === connectButton) return
  const said = await card.ariaSnapshot()
  const english = Object.values(defaultText).flatMap((text) =>
    typeof text === 'string' ? [text] : Object.values(text),
  )
  const fixed = english.map((text) => text.replaceAll(/\{\w+\}/g, '').trim()).filter((text) => text.length > 3)
  const whole = (text: string) => new RegExp(`(?<!\\p{L})${text.replaceAll(/[.?()]/g, '\\$&')}(?!\\p{L})`, 'u')
  assert.deepEqual(
    fixed.filter((text) => whole(text).test(said)),
    [],
    said,
  )
}
