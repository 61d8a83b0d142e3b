// Keeps a page and its parts on the telephone, so that it opens without signal. What the page knows and what it has to
// send stands in the page's own store (src/shared/store.ts); nothing of the API is kept here.
//
// The address of the page is asked first, so that a new version is taken as soon as there is signal; parts have the hash
// of what is in them in their names and are never asked for again.
const kKept = `qingkong-page-1 ${self.registration.scope}`; // pages of one host do not clear up each other's
const kWaitMs = 4000;

const partsOf = (html) => [...new Set(html.match(/\/assets\/[\w.-]+/g) || [])];

// The page with every part that it names, and those that these name: whoever loses the signal after the first view has
// all of it.
async function keep(answer) {
  const store = await caches.open(kKept);
  await store.put(self.registration.scope, answer.clone());
  const wanted = partsOf(await answer.text());
  const seen = new Set(wanted);
  while (wanted.length > 0) {
    const part = wanted.pop();
    let kept = await store.match(part);
    if (!kept) {
      kept = await fetch(part);
      if (!kept.ok) continue;
      await store.put(part, kept.clone());
    }
    if (!part.endsWith('.js')) continue;
    for (const [, name] of (await kept.text()).matchAll(/["'](?:\.\/|\/?assets\/)([\w.-]+\.(?:js|css))["']/g)) {
      const address = '/assets/' + name;
      if (!seen.has(address)) {
        seen.add(address);
        wanted.push(address);
      }
    }
  }
  for (const request of await store.keys()) {
    const path = new URL(request.url).pathname;
    if (path.startsWith('/assets/') && !seen.has(path)) await store.delete(request);
  }
}

async function pageFirst(request) {
  const asked = fetch(request).then((answer) => {
    if (answer.ok) keep(answer.clone()).catch(() => {});
    return answer;
  });
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('late')), kWaitMs);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return (await (await caches.open(kKept)).match(self.registration.scope)) || asked;
  }
}

async function keptFirst(request) {
  const store = await caches.open(kKept);
  const kept = await store.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await store.put(request, answer.clone());
  return answer;
}

self.addEventListener('install', (event) => {
  event.waitUntil(
    fetch(self.registration.scope)
      .then((answer) => (answer.ok ? keep(answer) : undefined))
      .then(() => self.skipWaiting()),
  );
});
self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pageFirst(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(keptFirst(request));
});
