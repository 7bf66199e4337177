/** Made by tools/callback.ts from src/client/callback-page.ts; not to be edited by hand. */

/** The callback page's script. */
export const callbackScript =
  '"use strict";(()=>{var a=location.search.slice(1);history.replaceState(null,"",location.pathname);var c=t=>{document.body.textContent=t},l=new URLSearchParams(a).get("state");!l||self!==top?c("Nothing to finish here."):crypto.subtle.digest("SHA-256",new TextEncoder().encode(l)).then(t=>p(btoa(String.fromCharCode(...new Uint8Array(t)))));function p(t){let n=t.replace(/\\+/g,"-").replace(/\\//g,"_").slice(0,-1);try{let e=new URL(JSON.parse(sessionStorage["ca:redirect:"+n]).returnTo);if(e.search+="&"+a,sessionStorage["ca:uri:"+n]=location.href,e.origin===origin)return location.replace(e)}catch{}let o=new BroadcastChannel("ca:"+n),r=()=>o.postMessage({type:"callback",query:a,uri:location.href}),s=0,h=setInterval(()=>{++s<20?r():s>600?i():s<21&&c("Return to the app.")},100),i=()=>{clearInterval(h),o.close()};o.onmessage=({data:e})=>{e?.type==="waiting"&&r(),e?.type==="received"&&(i(),c("Return to the app."),close())},r()}})();'

/** The Content-Security-Policy source of the script. */
export const callbackScriptHash = 'sha256-nlW63b8qCLBvbzMVMq4cYqkGA+2OFwe4nGA8B6x+uYg='

/** The Content-Security-Policy source of the style. */
export const callbackStyleHash = 'sha256-yucTB+Sosy9IHlYGfwB6Cz+WCrJPsRIX8Kk6tH8Y1n0='
