// Who one is: an account with its password and one-time code (a session in a cookie, which no script reads), a one-time
// link, or a token. The three look the same to everything else.
import { get, hasToken, post, Refusal, send, setCsrf, setToken } from './api';
import type { LinkShown, Person, Session as Shown } from './wire';

export type Session = Person & Partial<Omit<Shown, 'by'>> & { by: string };
export type LinkFacts = LinkShown;

const kHint = 'qingkong-session'; // that there may be a session; the cookie itself cannot be seen

export const mayBeIn = (): boolean => hasToken() || localStorage.getItem(kHint) === '1';

function taken(session: Shown): Session {
  setToken('');
  setCsrf(session.csrf_token || '');
  localStorage.setItem(kHint, '1');
  return session;
}
export async function byPassword(id: string, password: string, code: string): Promise<Session> {
  forget();
  return taken(await post('/api/v1/session', {}, { id, password, ...(code ? { code } : {}) }));
}
export async function lookAtLink(link: string): Promise<LinkFacts> {
  return await post('/api/v1/links/look', {}, { link });
}
export async function byLink(link: string, password: string, code: string): Promise<Session> {
  forget();
  return taken(await post('/api/v1/links/use', {}, { link, ...(password ? { password } : {}), ...(code ? { code } : {}) }));
}
export async function byToken(token: string): Promise<Session> {
  forget();
  setToken(token);
  return { ...(await get('/api/v1/me')), by: 'token' };
}
// Whoever was in before the page was loaded anew.
export async function again(): Promise<Session> {
  if (hasToken()) return { ...(await get('/api/v1/me')), by: 'token' };
  return taken(await get('/api/v1/session'));
}
export function forget(): void {
  setToken('');
  setCsrf('');
  localStorage.removeItem(kHint);
}
export async function leave(): Promise<void> {
  if (!hasToken() && localStorage.getItem(kHint) === '1') {
    await send('DELETE', '/api/v1/session').catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  }
  forget();
}
