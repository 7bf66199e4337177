/** Knows the browsers inside other apps: many open no window, and large authorization servers refuse them. */

/** By their own words, for nothing else tells them apart: Facebook, Instagram, Line, WeChat, TikTok, Snapchat, LinkedIn,
 * Pinterest, X, the Google app, and every Android web view. */
const words =
  /\bFBA[NV]\b|FB_IAB|Instagram|\bLine\/|MicroMessenger|TikTok|musical_ly|Bytedance|Snapchat|LinkedInApp|Pinterest\/|Twitter|\bGSA\/|; wv\)/

/** Whether this is a browser inside another app. */
export function isInApp(userAgent = navigator.userAgent): boolean {
  return words.test(userAgent)
}
