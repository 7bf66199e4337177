/** Made by tools/callback.ts from src/client/callback-page.ts; not to be edited by hand. */

/** The callback page's script. */
export const callbackScript =
  '"use strict";(()=>{var c=location.search.slice(1);history.replaceState(null,"",location.pathname);var r=t=>{document.body.textContent=t},l=new URLSearchParams(c).get("state");!l||self!==top?r("Nothing to finish here."):crypto.subtle.digest("SHA-256",new TextEncoder().encode(l)).then(t=>p(btoa(String.fromCharCode(...new Uint8Array(t)))));function p(t){let s=t.replace(/\\+/g,"-").replace(/\\//g,"_").slice(0,-1);try{let e=new URL(JSON.parse(sessionStorage["ca:redirect:"+s]).returnTo);if(e.search+=(e.search&&"&")+c,e.origin===origin)return location.replace(e)}catch{}let n=new BroadcastChannel("ca:"+s),o=()=>n.postMessage({type:"callback",query:c,uri:origin+location.pathname}),a=0,h=setInterval(()=>{++a<20?o():a>600?i():a<21&&r("Return to the app.")},100),i=()=>{clearInterval(h),n.close()};n.onmessage=({data:e})=>{e?.type==="waiting"&&o(),e?.type==="received"&&(i(),r("Return to the app."),close())},o()}})();'

/** The Content-Security-Policy source of the script. */
export const callbackScriptHash = 'sha256-eqVCm+UckyTK3li1BxsGikc3Gt4y+Nzjk8M8WFMdoX4='

/** The Content-Security-Policy source of the style. */
export const callbackStyleHash = 'sha256-yucTB+Sosy9IHlYGfwB6Cz+WCrJPsRIX8Kk6tH8Y1n0='
