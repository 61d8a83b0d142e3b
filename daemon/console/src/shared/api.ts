// Calls of /api/v1. Every call is checked against the types made from the OpenAPI files: a route that goes or an answer
// that changes breaks the build and not the night.
import type { Operations, Problem } from './wire';

type Any = Operations[keyof Operations];
export type UrlOf<M extends string> = Extract<Any, { method: M }>['url'];
type Called<M extends string, U> = Extract<Any, { method: M; url: U }>;
type Whole<T> = T extends string ? never : T;

export type Answer<U extends UrlOf<'GET'>> = Whole<Called<'GET', U>['answer']>;
export type Posted<U extends UrlOf<'POST'>> = Whole<Called<'POST', U>['answer']>;
export interface Asked {
  path?: { [name: string]: string | number };
  query?: { [name: string]: string | number | boolean | undefined | null };
}

// A refusal of the daemon: its problem document. `status` 0: the daemon could not be reached.
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    super(problem.title || (status === 0 ? '无法连接服务 / the daemon cannot be reached' : `请求失败 / the request failed (${status})`));
  }
}

const kTokenKey = 'qingkong-token';
let token = sessionStorage.getItem(kTokenKey) || '';
let csrf = '';

export const hasToken = (): boolean => token !== '';
export function setToken(value: string): void {
  token = value;
  if (value) sessionStorage.setItem(kTokenKey, value);
  else sessionStorage.removeItem(kTokenKey);
}
// Of a session by cookie: every call that changes something shows it.
export function setCsrf(value: string): void {
  csrf = value;
}

export function headersOf(body?: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  else if (csrf) headers['X-CSRF-Token'] = csrf;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return headers;
}

// crypto.randomUUID() is missing where the page came over plain HTTP from another host.
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function addressOf(url: string, asked: Asked = {}): string {
  const path = url.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(asked.path?.[name] ?? '')));
  const query = Object.entries(asked.query ?? {})
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return query ? `${path}?${query}` : path;
}

// When the daemon last answered anything: what is on the screen is at least that old.
export const lastAnswer = { at: 0 };

// A deed that is tried again with other words is another deed: under the key of the first one the daemon would refuse it for
// good. So a key holds for one body (FNV-1a of it), and the same body sent again is still done once.
function keyOf(deed: string, text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return `${deed}-${(sum >>> 0).toString(16)}`;
}
export async function send(method: string, address: string, body?: unknown, key = ''): Promise<unknown> {
  const headers = headersOf(body);
  const text = body === undefined ? undefined : JSON.stringify(body);
  if (method === 'POST') headers['Idempotency-Key'] = key ? keyOf(key, text ?? '') : newKey();
  let answer: Response;
  try {
    answer = await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      body: text,
    });
  } catch {
    throw new Refusal(0, {});
  }
  const isJson = (answer.headers.get('Content-Type') || '').includes('json');
  const value: unknown = isJson ? await answer.json() : await answer.text();
  lastAnswer.at = Date.now();
  if (!answer.ok) throw new Refusal(answer.status, isJson ? (value as Partial<Problem>) : {});
  return value;
}

// A file as it is, in the body.
export async function sendFile(address: string, file: Blob, type: string, key: string): Promise<unknown> {
  const headers = { ...headersOf(), 'Content-Type': type, 'Idempotency-Key': key };
  let answer: Response;
  try {
    answer = await fetch(address, { method: 'POST', headers, credentials: 'same-origin', body: file });
  } catch {
    throw new Refusal(0, {});
  }
  const value: unknown = await answer.json().catch(() => ({}));
  lastAnswer.at = Date.now();
  if (!answer.ok) throw new Refusal(answer.status, value as Partial<Problem>);
  return value;
}
// A file that the daemon makes.
export async function getFile(url: UrlOf<'GET'>, asked: Asked = {}): Promise<Blob> {
  let answer: Response;
  try {
    answer = await fetch(addressOf(url, asked), { headers: headersOf(), credentials: 'same-origin' });
  } catch {
    throw new Refusal(0, {});
  }
  lastAnswer.at = Date.now();
  if (!answer.ok) throw new Refusal(answer.status, (await answer.json().catch(() => ({}))) as Partial<Problem>);
  return answer.blob();
}

export async function get<U extends UrlOf<'GET'>>(url: U, asked: Asked = {}): Promise<Answer<U>> {
  return (await send('GET', addressOf(url, asked))) as Answer<U>;
}
// A page of HTML that the daemon makes, as text.
export async function getText(url: UrlOf<'GET'>, asked: Asked = {}): Promise<string> {
  return (await send('GET', addressOf(url, asked))) as string;
}
// `key`: the same for every attempt at one deed, so that a lost answer does nothing twice.
export async function post<U extends UrlOf<'POST'>>(url: U, asked: Asked, body: Called<'POST', U>['body'], key = ''): Promise<Posted<U>> {
  return (await send('POST', addressOf(url, asked), body, key)) as Posted<U>;
}
