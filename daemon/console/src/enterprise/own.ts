// What the page knows of its enterprise, as it was read last. It is kept on the telephone, so that what has to be done
// can be read without signal; what is old says so.
import { computed, reactive } from 'vue';
import { get, Refusal, send, setCsrf } from '@/shared/api';
import { instant, kMinute, offsetOf } from '@/shared/format';
import { drop, keep, kept } from '@/shared/keep';
import { wordsOf } from '@/shared/problem';
import { again, forget, leave, type Session } from '@/shared/session';
import type { Own, OwnCase } from '@/shared/wire';
import { say } from '@/shared/words';

const kShelf = 'own';
const kHint = 'qingkong-session'; // as of shared/session.ts
const kReadEveryMs = 60000;
const kReadDrivenEveryMs = 10000;

export const state = reactive({
  me: null as Session | null,
  own: null as Own | null,
  cases: [] as OwnCase[],
  readAt: 0, // by the telephone's clock
  tick: Date.now(),
  isOffline: false,
  isStarting: true,
  why: '',
});

// The region's clock: the daemon's, gone on since it was read; one that is driven stands until it is read again.
export const now = computed(() => {
  if (!state.own) return state.tick;
  const gone = state.own.driven ? 0 : Math.max(0, state.tick - state.readAt);
  return instant(state.own.now) + gone;
});
export const offset = computed(() => offsetOf(state.own?.now));
export const order = computed(() => state.own?.orders.find((one) => !one.exercise) || null);
export const exercise = computed(() => state.own?.orders.find((one) => one.exercise) || null);

export function lineName(id: string | undefined): string {
  const found = state.own?.enterprise.lines.find((one) => one.id === id);
  return found?.name || id || '';
}

export async function read(): Promise<void> {
  if (!state.me) return;
  try {
    const [own, cases] = await Promise.all([get('/api/v1/own'), get('/api/v1/own/cases', { query: { per_page: 50 } })]);
    Object.assign(state, { own, cases: cases.items, readAt: Date.now(), isOffline: false, why: '' });
    await keep(kShelf, { id: state.me.id, own, cases: cases.items, readAt: state.readAt }).catch(() => undefined);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      forget();
      Object.assign(state, { me: null, own: null, cases: [] });
      await drop(kShelf).catch(() => undefined);
      return;
    }
    state.isOffline = error instanceof Refusal && error.status === 0;
    state.why = state.isOffline ? '' : wordsOf(error);
  }
}

// Without signal: as it stood when it was read last.
async function fromShelf(): Promise<boolean> {
  const found = await kept<{ id: string; own: Own; cases: OwnCase[]; readAt: number }>(kShelf).catch(() => undefined);
  if (!found) return false;
  Object.assign(state, { own: found.own, cases: found.cases, readAt: found.readAt, isOffline: true });
  state.me = { id: found.id, name: found.own.enterprise.name, by: 'link', roles: ['addressee'], roles_zh: [], positions: [], region: '' };
  return true;
}
// Somebody of the bureau who is in on the same browser is not an enterprise.
export async function taken(session: Session): Promise<void> {
  if (!session.roles.includes('addressee')) {
    state.why = say('这个账号不是企业账号', 'this is not the account of an enterprise');
    return;
  }
  state.me = session;
  await read();
}
export async function usePageLink(link: string): Promise<Session> {
  forget();
  const session = (await send('POST', '/api/v1/links/page', { link })) as Session;
  setCsrf(session.csrf_token || '');
  localStorage.setItem(kHint, '1');
  return session;
}
export async function signOut(): Promise<void> {
  await leave().catch(() => undefined);
  await drop(kShelf).catch(() => undefined);
  Object.assign(state, { me: null, own: null, cases: [] });
}

export async function start(): Promise<void> {
  const isBrought = location.hash.startsWith('#link=');
  try {
    if (!isBrought && localStorage.getItem(kHint) === '1') {
      const session = await again();
      if (session.roles.includes('addressee')) await taken(session);
    }
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 0 || !(await fromShelf())) forget();
  }
  state.isStarting = false;
  let lastRead = Date.now();
  const readIfOld = (): void => {
    if (Date.now() - lastRead < 2000 || document.hidden) return;
    lastRead = Date.now();
    if (state.me && state.isOffline) void again().then(taken, () => undefined);
    else void read();
  };
  setInterval(() => {
    state.tick = Date.now();
    if (Date.now() - lastRead >= (state.own?.driven ? kReadDrivenEveryMs : kReadEveryMs)) readIfOld();
  }, 1000);
  document.addEventListener('visibilitychange', readIfOld);
  window.addEventListener('online', readIfOld);
}
export const isOld = computed(() => state.isOffline || (state.own !== null && state.tick - state.readAt > 5 * kMinute));
