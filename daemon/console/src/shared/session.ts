// Who one is: an account with its password and one-time code (a session in a cookie, which no script reads), a one-time
// link, or a token. The three look the same to everything else.
import { get, hasToken, Refusal, send, setCsrf, setToken } from './api';
import type { Person } from './wire';

// What GET /api/v1/session says beside the person.
export interface Session extends Person { by: string; sign_needs_code?: boolean; csrf_token?: string | null; ends_at?: string | null }
export interface LinkFacts { id: string; name: string; kind: 'set' | 'login'; needs_code: boolean; password_least: number; code_secret: string | null; code_address: string | null }

const kHint = 'qingkong-session';  // that there may be a session; the cookie itself cannot be seen

export const mayBeIn = (): boolean => hasToken() || localStorage.getItem(kHint) === '1';

function taken(session: Session): Session {
  setToken('');
  setCsrf(session.csrf_token || '');
  localStorage.setItem(kHint, '1');
  return session;
}
export async function byPassword(id: string, password: string, code: string): Promise<Session> {
  return taken(await send('POST', '/api/v1/session', { id, password, ...(code ? { code } : {}) }) as Session);
}
export async function lookAtLink(link: string): Promise<LinkFacts> { return await send('POST', '/api/v1/links/look', { link }) as LinkFacts; }
export async function byLink(link: string, password: string, code: string): Promise<Session> {
  return taken(await send('POST', '/api/v1/links/use', { link, ...(password ? { password } : {}), ...(code ? { code } : {}) }) as Session);
}
export async function byToken(token: string): Promise<Session> {
  setToken(token);
  return { ...await get('/api/v1/me'), by: 'token' };
}
// Whoever was in before the page was loaded anew.
export async function again(): Promise<Session> {
  if (hasToken()) return { ...await get('/api/v1/me'), by: 'token' };
  return taken(await send('GET', '/api/v1/session') as Session);
}
export function forget(): void {
  setToken('');
  setCsrf('');
  localStorage.removeItem(kHint);
}
export async function leave(): Promise<void> {
  if (!hasToken() && localStorage.getItem(kHint) === '1') {
    await send('DELETE', '/api/v1/session').catch((error: unknown) => { if (!(error instanceof Refusal)) throw error; });
  }
  forget();
}
