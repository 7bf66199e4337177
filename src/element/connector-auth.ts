/** `<connector-auth>`: the button and card with which a person connects an account. */

import { type CSSResult, LitElement, type PropertyDeclarations, type PropertyValues, html, nothing } from 'lit'
import type {
  Completion,
  ConnectionStatus,
  ConnectorFetchInit,
  Credentials,
  Disconnected,
  InputValues,
  Outcome,
  WaitOptions,
} from '../client/index.ts'
import { createPart } from '../client/part.ts'
import { ConnectController } from './connect-controller.ts'
import type { ReadOptions } from './read-options.ts'
import type { Configurable } from './settings.ts'
import { styles } from './styles.ts'
import { firstText } from './first-text.ts'
import { LanguageController } from './language.ts'
import type { Text } from './text.ts'
import type { Status } from './view.ts'
import { type Acts, type FirstScene, type Scene, card } from './views/card.ts'
import { type Later, content } from './views/content.ts'

/** What is known before a form would ask for it. */
export interface EntryOptions {
  /** What the connector asks for, by field name; then no form is shown. */
  readonly inputs?: InputValues
}

/** For all elements of the page. */
let later: Later | undefined
const loadLater = createPart<Later>(() => import('./views/later.ts'))

/**
 * Connects one account: a button, a window, and a card that tells whose account it is.
 *
 * @element connector-auth
 *
 * @attr {string} base-url - Where the backend answers, absolute or as a path. Required.
 * @attr {string} token-url - Where the page's server mints connect tokens; the element POSTs there with cookies.
 * @attr {string} auth-token - A connect token; read once and removed from the page.
 * @attr {string} connector-id - The connector to connect; without it the element lists all of them.
 * @attr {string} connection-id - Which connection, where a person may have several; without it each has a card.
 * @attr {string} scopes - Scopes to ask for beside the connector's own, separated by spaces; the property takes a list, too.
 * @attr {string} session-key - Keeps one set of cached credentials apart from another.
 * @attr {'indexeddb'|'memory'} storage - Where access tokens are cached; `memory` on computers that people share.
 * @attr {boolean} force - Ignores caches and has the person sign in again.
 * @attr {'host'|'auto'|'light'|'dark'} theme - `host` follows the page's `color-scheme`, `auto` the system's.
 * @attr {'auto'|'popup'|'redirect'} mode - How the authorization server's page is opened: in a popup, by leaving this tab, or
 *   `auto`: in a popup, with this tab for who asks for it where windows are blocked.
 * @attr {boolean} headless - Renders nothing: the same events and methods, for a host with a view of its own.
 * @attr {string} lang - The language of the texts: de, en, es, fr, ja, ar; without it, that of the page around.
 *
 * @fires {ConnectorAuthEvent} connector-auth-ready - It is known how things stand.
 * @fires {ConnectorAuthEvent} connector-auth-open - An attempt began.
 * @fires {ConnectorAuthEvent} connector-auth-popup-opened - The window is open.
 * @fires {PopupBlockedEvent} connector-auth-popup-blocked - The browser blocked the window; the card offers a link.
 * @fires {ConnectorAuthEvent} connector-auth-popup-maybe-closed - The window may have been closed; the attempt goes on.
 * @fires {ConnectorAuthEvent} connector-auth-returned - The authorization server's answer is here.
 * @fires {ConnectedEvent} connector-auth-connected - An attempt ended with a connection, or one that came after Cancel was kept.
 * @fires {ConnectorAuthEvent} connector-auth-denied - An attempt ended: the person said no.
 * @fires {ConnectorAuthEvent} connector-auth-cancelled - An attempt ended: the person cancelled.
 * @fires {ConnectorAuthEvent} connector-auth-expired - An attempt ended: it took too long.
 * @fires {FailedEvent} connector-auth-failed - An attempt ended by a fault; `reason` says which.
 * @fires {StatusChangeEvent} connector-auth-status-change - What the element shows changed.
 * @fires {ConnectorAuthEvent} connector-auth-token-refreshed - A new access token is in the cache; `connectionId` says of which connection.
 * @fires {ConnectorAuthEvent} connector-auth-needs-reconnect - The connection that `connectionId` names must be authorized again.
 * @fires {DisconnectedEvent} connector-auth-disconnected - The connection was ended here; `revocation` says whether the service knows.
 * @fires {ConnectorAuthEvent} connector-auth-storage-degraded - Access tokens are kept in memory only.
 *
 * @slot - Further controls, beside the card's own.
 * @slot connect - A button that stands in the place of Connect, such as the service's own; a click on it connects.
 *
 * @csspart card - The whole card; also has the name of the state as a part (`idle`, `waiting`, `connected`, …).
 * @csspart icon - The connector's icon or monogram.
 * @csspart title - The connector's name.
 * @csspart message - The sentence that tells the state.
 * @csspart since - The day on which it was connected.
 * @csspart permissions - The granted scopes, a `<details>`.
 * @csspart report - Reason and request id of a failure.
 * @csspart actions - The row of buttons.
 * @csspart button - Every button.
 * @csspart main - The button that goes on.
 * @csspart dialog - What opens before the page: the form, and the question before a disconnect.
 * @csspart list - The list of connectors.
 * @csspart search - Its search field.
 * @csspart category - Its choice of a category.
 * @csspart rows - The rows that scroll.
 * @csspart row - A connector.
 * @csspart link - This page's address, to be opened in another browser.
 * @csspart form - The form in which a person types a key, a user name or the like.
 * @csspart dialog-title - Its heading.
 * @csspart problem - Why what was typed was not accepted.
 * @csspart field - A field with its label, help and fault.
 * @csspart label - A field's label.
 * @csspart input - What is typed into, a `<select>` where there is a choice.
 * @csspart affix - What stands before or after it.
 * @csspart help - The sentence under a field.
 * @csspart field-fault - What is wrong with a field.
 *
 * @cssprop [--connector-auth-color=light-dark(#191c24, #eceef3)] - Text.
 * @cssprop [--connector-auth-muted=light-dark(#5a6170, #a5adbd)] - Secondary text.
 * @cssprop [--connector-auth-background=light-dark(#fff, #1b1e26)] - The card.
 * @cssprop [--connector-auth-border=light-dark(#dfe2e8, #363b47)] - Lines.
 * @cssprop [--connector-auth-accent=light-dark(#3451d1, #9db0ff)] - The main button and the icon.
 * @cssprop [--connector-auth-on-accent=light-dark(#fff, #10173a)] - Text on the main button.
 * @cssprop [--connector-auth-success=light-dark(#14794a, #5ad39a)] - The mark of a connection.
 * @cssprop [--connector-auth-danger=light-dark(#b3261e, #ff9d94)] - Failures.
 * @cssprop [--connector-auth-focus=var(--connector-auth-accent)] - The focus ring.
 * @cssprop [--connector-auth-radius=12px] - Corners.
 * @cssprop [--connector-auth-list-height=26em] - The height of the list.
 * @cssprop [--connector-auth-button-radius=calc(var(--connector-auth-radius) - 4px)] - Corners of buttons.
 * @cssprop [--connector-auth-field-radius=calc(var(--connector-auth-radius) - 4px)] - Corners of fields.
 * @cssprop [--connector-auth-density=1] - How far things are apart; 0.7 is compact.
 * @cssprop [--connector-auth-padding=calc(12px * var(--connector-auth-density)) calc(16px * var(--connector-auth-density))] - Inside the card.
 * @cssprop [--connector-auth-shadow=0 1px 2px #0b142614] - The card's shadow.
 */
export class ConnectorAuth extends LitElement implements Configurable {
  static override properties: PropertyDeclarations = {
    baseUrl: { attribute: 'base-url' },
    tokenUrl: { attribute: 'token-url' },
    authToken: { attribute: 'auth-token' },
    getAuthToken: { attribute: false },
    connectorId: { attribute: 'connector-id' },
    connectionId: { attribute: 'connection-id' },
    scopes: {},
    sessionKey: { attribute: 'session-key' },
    storage: {},
    force: { type: Boolean },
    theme: { reflect: true },
    mode: {},
    headless: { type: Boolean, reflect: true },
    text: { attribute: false },
  }

  static override styles = styles

  declare baseUrl: string | null | undefined
  declare tokenUrl: string | null | undefined
  declare authToken: string | null | undefined
  /** Gives a connect token; preferred to `tokenUrl`. Resolves with nothing where nobody is signed in; a rejection means that
   * the page's server could not be asked. */
  declare getAuthToken: (() => string | Promise<string>) | null | undefined
  declare connectorId: string | null | undefined
  declare connectionId: string | null | undefined
  declare scopes: string | readonly string[] | null | undefined
  declare sessionKey: string | null | undefined
  declare storage: 'indexeddb' | 'memory' | null | undefined
  declare force: boolean
  declare theme: 'host' | 'auto' | 'light' | 'dark' | null | undefined
  declare mode: 'auto' | 'popup' | 'redirect' | null | undefined
  declare headless: boolean
  /** Texts that replace the element's own, or a function that gives them for a language (BCP 47, as the page has it); a key
   * that is a reason replaces that failure's message. */
  declare text: Partial<Text> | ((language: string) => Partial<Text>) | undefined

  readonly #controller = new ConnectController(this)
  readonly #language = new LanguageController(this)
  #hover: ReturnType<typeof setTimeout> | undefined
  /** Whether focus was in the card before it changed. */
  #focused = false
  #shown: Status | undefined
  /** Whether `later` could not be loaded. */
  #unloaded = false

  readonly #acts: Acts = {
    connect: () => {
      this.#load()
      void this.connect()
    },
    enter: this.#controller.enter,
    refresh: () => this.requestUpdate(),
    reopen: () => this.#controller.reopen(),
    follow: (event) => this.#controller.reopen() && event.preventDefault(),
    leave: () => this.#controller.leaveTab(),
    keep: () => this.#controller.keep(),
    cancel: () => this.cancel(),
    disconnect: () => void this.disconnect().catch(() => undefined),
    load: () => {
      this.#load()
      this.#controller.reload()
    },
    again: () => this.#controller.again(),
    add: () => void this.add(),
    grant: () => this.#controller.grant(),
    belong: (card, seed) => card instanceof ConnectorAuth && card.#controller.belong(this.#controller, seed),
    renderNow: () => {
      this.requestUpdate()
      this.performUpdate()
    },
    approach: (event) => this.#approach(event.type),
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#load()
  }

  /** A credential does not stay where every script and every saved page can read it. */
  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (name !== 'auth-token') return super.attributeChangedCallback(name, old, value)
    if (value === null) return
    this.authToken = value
    this.removeAttribute(name)
  }

  protected override willUpdate(): void {
    this.#focused = !!later?.focusIn(this)
    if (later) this.#adopt(later.laterStyles)
    if (this.#controller.list) this.#adopt(this.#controller.list.styles)
  }

  /** A button that goes takes the focus with it: it goes on to the next one that belongs to the same hand. */
  protected override updated(_changed: PropertyValues): void {
    const { status } = this
    if (this.#focused) later?.keepFocus(this, status !== this.#shown)
    this.#shown = status
  }

  /** Puts the focus on what goes on. */
  override focus(options?: FocusOptions): void {
    if (later) later.focusCard(this, options)
    else void loadLater().then((loaded) => loaded.focusCard(this, options), ignore)
  }

  /** What the element shows. */
  get status(): Status {
    return this.#controller.view.name
  }

  /** Makes the next click open the window at once; hover, focus and touch do this too. */
  prepare(): Promise<void> {
    return this.#controller.prepare()
  }

  /** Starts an attempt, or joins the one that runs, whose form, where one is open, then takes `inputs`; call it in a click. Resolves however it ends, and never rejects.
   *
   * @param options - `inputs`: what the connector asks for, by field name; then no form is shown.
   */
  connect(options?: EntryOptions): Promise<Outcome> {
    return this.#controller.begin(options)
  }

  /** Connects one more account; call it in a click. Then there is a card for each, unless `connection-id` names one. The
   * events of the attempt name no connection until there is one. */
  add(options?: EntryOptions): Promise<Outcome> {
    return this.#controller.begin({ new: true, ...options })
  }

  /** Waits for a connection: of the attempt that runs or ran last, else the one that stands, else of the next attempt.
   *
   * @param options - `timeoutSeconds`: 300 by default; `Infinity` sets none, and wants a `signal`: a wait that nobody ends keeps
   *   an element that is gone.
   * @throws {AuthenticationError} `access_denied`, `cancelled`, `aborted` or the reason of the failure · `signed_out`,
   * `person_changed` where whoever was here has left: the next person's attempt is no answer ·
   * {@link TimeoutError} `expired`, `timeout` (which ends this wait only) ·
   * {@link InvalidRequestError} `connection_ambiguous` where several stand and no attempt was made, `invalid_request`
   */
  waitForCompletion(options?: WaitOptions): Promise<Completion> {
    return this.#controller.wait(options)
  }

  /** Asks how the connection stands, and shows it. */
  getStatus(): Promise<ConnectionStatus> {
    return this.#controller.getStatus()
  }

  /** Reads the credentials; null where nothing is connected. */
  getCredentials(options?: ReadOptions): Promise<Credentials | null> {
    return this.#controller.getCredentials(options)
  }

  /** Reads a valid access token.
   *
   * @throws {ConnectorAuthError} with the reason why there is none.
   */
  getAccessToken(options?: ReadOptions): Promise<string> {
    return this.#controller.getAccessToken(options)
  }

  /** Calls the connector's API with the connection's credentials: at origins of its record only, or through the backend's
   * proxy where the record says so.
   *
   * @param url - Absolute, or a path of the record's first API origin or of the proxy's `alias`.
   */
  connectorFetch(url: string | URL, init?: ConnectorFetchInit): Promise<Response> {
    return this.#controller.connectorFetch(url, init)
  }

  /** Ends the connection, and revokes its tokens where the authorization server can. An attempt that runs is cancelled. */
  disconnect(): Promise<Disconnected> {
    return this.#controller.disconnect()
  }

  /** Goes on with an attempt that began before a reload, in another tab, or in an element that is gone; the element does so
   * by itself. Resolves with how it ends; undefined where there is none. */
  resume(): Promise<Outcome | undefined> {
    return this.#controller.resume()
  }

  /** Ends the attempt that runs; of several cards' the latest. */
  cancel(): void {
    this.#controller.cancel()
  }

  /** Forgets the person in every element of this page and backend: attempts, tokens and cache. Call it when the page's
   * user changes without a load. */
  async signOut(): Promise<void> {
    const signedOut = this.#controller.signOut()
    this.authToken = undefined
    await signedOut
  }

  protected override render(): unknown {
    if (this.headless) return nothing
    const { view, accounts } = this.#controller
    const scene = this.#scene()
    // Nothing is said in English first where another language is on its way; a space keeps its place.
    const said = this.#language.words !== undefined
    const rest = said ? later?.completeScene(scene, view) : undefined
    if (!this.connectorId && view.name.startsWith('l')) return this.#list(rest)
    const whole = card(
      view.name,
      said ? content(view, scene, rest, this.#unloaded) : { message: '\u00a0' },
      rest ?? scene,
    )
    return rest && accounts[0] ? rest.accounts(accounts, whole) : whole
  }

  #list(scene: Scene | undefined): unknown {
    const { list } = this.#controller
    return html`<div class="list ${list?.few ? 'few' : ''}" part="list">${scene && list?.render(scene)}</div><slot></slot>`
  }

  #scene(): FirstScene {
    const { cards, connector, revocation } = this.#controller
    const { tag, words } = this.#language
    const own = typeof this.text === 'function' ? this.text(tag) : this.text
    return {
      text: { ...firstText, ...words, ...own },
      language: tag,
      own: words || own,
      acts: this.#acts,
      host: this,
      cards,
      name: connector?.name ?? (this.connectorId || this.localName),
      connector,
      mode: this.mode,
      connectionId: this.connectionId ?? '',
      revocation,
    }
  }

  /** What could not be loaded is tried again with the next press of a button. */
  #load(): void {
    void loadLater()
      .then(
        (loaded) => (later = loaded),
        () => (this.#unloaded = true),
      )
      .then(() => this.requestUpdate())
  }

  #adopt({ styleSheet }: CSSResult): void {
    const sheets = this.shadowRoot?.adoptedStyleSheets
    if (styleSheet && !sheets?.includes(styleSheet)) sheets?.push(styleSheet)
  }

  /** A pointer that rests on the button, a finger or the focus announce a click. */
  #approach(event: string): void {
    clearTimeout(this.#hover)
    if (!/^(idle|acc)/.test(this.status) || event === 'pointerleave') return
    if (event === 'pointerenter') this.#hover = setTimeout(() => void this.prepare(), 150)
    else void this.prepare()
  }
}

/** Said where it is missed. */
const ignore = () => undefined
