// Calls of /api/v1 and the stream of events. A token lives in this tab only (session storage); a session in a cookie
// that no script reads, and beside it the token against forged requests, asked for anew by each tab.
import { say } from './words.js';

const kTokenKey = 'qingkong-token';
const kRetryMs = 3000;
const kSessionKey = 'qingkong-session';  // that there may be one: no secret
let csrfToken = '';
let token = sessionStorage.getItem(kTokenKey) || '';
let lastEvent = '';
let following = null;

export const mayBeIn = () => token !== '' || localStorage.getItem(kSessionKey) !== null;
export function setToken(value) {
  token = value;
  lastEvent = '';
  csrfToken = '';
  localStorage.removeItem(kSessionKey);
  if (value) sessionStorage.setItem(kTokenKey, value);
  else sessionStorage.removeItem(kTokenKey);
}

// What a log-in was answered, or who asked again.
export function takeSession(session) {
  if (!session.csrf_token) return;
  csrfToken = session.csrf_token;
  localStorage.setItem(kSessionKey, '1');
}

// A refusal of the daemon: its problem document in words.
export class Refusal extends Error {
  constructor(status, problem) {
    const faults = (problem.faults || []).map((fault) => fault.text);
    super([problem.title || `${say('failed')} (${status})`, ...faults].join('\n'));
    this.status = status;
  }
}

const proof = () => (token ? { Authorization: `Bearer ${token}` } : {});

async function send(method, path, body) {
  const headers = proof();
  if (csrfToken && method !== 'GET') headers['X-CSRF-Token'] = csrfToken;
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    headers['Idempotency-Key'] = newKey();
  }
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Error(say('unreachable'));
  }
  const isJson = (answer.headers.get('Content-Type') || '').includes('json');
  const value = isJson ? await answer.json() : await answer.text();
  if (!answer.ok) throw new Refusal(answer.status, isJson ? value : {});
  return value;
}

// crypto.randomUUID() is missing where the page came over plain HTTP from another host.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const get = (path) => send('GET', path);
export const post = (path, body) => send('POST', path, body);
export function openSession(path, body) {
  setToken('');
  return send('POST', path, body);
}
export const closeSession = () => (csrfToken ? send('DELETE', '/api/v1/session') : undefined);
export const part = (text) => encodeURIComponent(text);

function eventOf(text) {
  const fields = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return fields;
}

async function readStream(onEvent, onLink, signal) {
  const headers = proof();
  if (lastEvent) headers['Last-Event-ID'] = lastEvent;
  const answer = await fetch('/api/v1/events', { headers, signal });
  if (!answer.ok) throw new Refusal(answer.status, {});
  onLink(true);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const pieces = (rest + value).split('\n\n');
    rest = pieces.pop();
    for (const piece of pieces) {
      const fields = eventOf(piece);
      if (fields.id) lastEvent = fields.id;
      if (!fields.data) continue;
      onEvent(fields.event, JSON.parse(fields.data));
    }
  }
}

// EventSource cannot carry a token, so the stream is read by hand and taken up again where it broke. Gives the
// status of the refusal that ended it for good.
export async function follow(onEvent, onLink) {
  const mine = new AbortController();
  following = mine;
  while (!mine.signal.aborted) {
    try {
      await readStream(onEvent, onLink, mine.signal);
    } catch (error) {
      if (!mine.signal.aborted && (error.status === 401 || error.status === 403)) return error.status;
    }
    if (mine.signal.aborted) return 0;
    onLink(false);
    await new Promise((resolve) => { setTimeout(resolve, kRetryMs); });
  }
  return 0;
}

export function unfollow() {
  if (following) following.abort();
  following = null;
}
