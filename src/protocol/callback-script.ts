/** Made by tools/callback.ts from src/client/callback-page.ts; not to be edited by hand. */

/** The callback page's script. */
export const callbackScript =
  '"use strict";(()=>{var c=location.search.slice(1);history.replaceState(null,"",location.pathname);var a=t=>{document.body.textContent=t},l=new URLSearchParams(c).get("state");!l||self!==top?a("Nothing to finish here."):crypto.subtle.digest("SHA-256",new TextEncoder().encode(l)).then(t=>p(btoa(String.fromCharCode(...new Uint8Array(t)))));function p(t){let r=t.replace(/\\+/g,"-").replace(/\\//g,"_").slice(0,-1);try{let e=new URL(JSON.parse(sessionStorage["ca:redirect:"+r]).returnTo);if(e.search+=(e.search&&"&")+c,e.origin===origin)return location.replace(e)}catch{}let n=new BroadcastChannel("ca:"+r),o=()=>n.postMessage({type:"callback",query:c}),s=0,h=setInterval(()=>{++s<20?o():s>600?i():s<21&&a("Return to the app.")},100),i=()=>{clearInterval(h),n.close()};n.onmessage=({data:e})=>{e?.type==="waiting"&&o(),e?.type==="received"&&(i(),a("Return to the app."),close())},o()}})();'

/** The Content-Security-Policy source of the script. */
export const callbackScriptHash = 'sha256-c+mfyuFeh9cren1q0v+eyrXA2kCvy4PEUaObpwBPCwA='

/** The Content-Security-Policy source of the style. */
export const callbackStyleHash = 'sha256-yucTB+Sosy9IHlYGfwB6Cz+WCrJPsRIX8Kk6tH8Y1n0='
