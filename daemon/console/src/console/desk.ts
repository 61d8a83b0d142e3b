// Who is here, what time it is, what has happened: the state that all screens share.
import { onScopeDispose, reactive, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue';
import { get, Refusal, type Answer } from '@/shared/api';
import { again as sessionAgain, forget, leave as leaveSession, mayBeIn, type Session } from '@/shared/session';
import { follow, unfollow, type Told } from '@/shared/follow';
import { offsetOf } from '@/shared/format';
import { half, say } from '@/shared/words';

const kEventsKept = 200;
const kRefreshMs = 1500; // however fast events come, nothing is read again more often
export const kStaleMs = 60000;

interface Desk {
  me: Session | null;
  situation: Answer<'/api/v1/situation'> | null;
  isUp: boolean;
  wasUp: boolean;
  downSince: number;
  heardAt: number;
  tick: number;
  told: Told[];
  why: string;
  isDriven: boolean;
  base: { at: number; read: number; offset: number };
  notes: { id: number; text: string; isBad: boolean }[];
  visit: { before: number; until: number; at: string }; // the last event of the visit before, and what it had come to when this one began
}
export const desk = reactive<Desk>({
  me: null,
  situation: null,
  isUp: false,
  wasUp: false,
  downSince: 0,
  heardAt: 0,
  tick: Date.now(),
  told: [],
  why: '',
  isDriven: false,
  base: { at: Date.now(), read: Date.now(), offset: 0 },
  notes: [],
  visit: { before: 0, until: 0, at: '' },
});
setInterval(() => {
  desk.tick = Date.now();
}, 1000);
// A page that is open is in use: its session goes on.
const kInUseMs = 10 * 60000;
setInterval(() => {
  if (desk.me && desk.me.by !== 'token') sessionAgain().catch(() => undefined);
}, kInUseMs);

// The daemon's clock; where that is moved by hand, it stands between two moves.
export const now = (): number => desk.base.at + (desk.isDriven ? 0 : Math.max(0, desk.tick - desk.base.read));
function setClock(iso: string): void {
  const at = Date.parse(iso);
  if (!Number.isNaN(at) && (desk.isDriven ? at >= desk.base.at : true)) desk.base = { at, read: Date.now(), offset: offsetOf(iso) };
}

export const isOf = (...roles: string[]): boolean => !!desk.me && roles.some((role) => desk.me!.roles.includes(role));

let noteNumber = 0;
export function note(text: string, isBad = false): void {
  const id = ++noteNumber;
  desk.notes.push({ id, text, isBad });
  setTimeout(
    () => {
      desk.notes = desk.notes.filter((one) => one.id !== id);
    },
    isBad ? 20000 : 8000,
  );
}

// A refusal in words: its title, then every fault.
export function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
  const faults = (error.problem.faults || []).map((fault) => {
    const parts = [fault.what, fault.cure]
      .filter((one) => one)
      .map(half)
      .join(' — ');
    const place = fault.file && fault.line ? `${fault.file}:${fault.line}:${fault.column} ` : '';
    return parts ? place + parts : fault.text;
  });
  return [half(error.message), ...faults].join('\n');
}

// ---- what is read, and read again when something touches it ----

const kTouches: [RegExp, string[]][] = [
  [/^(forecast|observation|clock|cause)/, ['air', 'warnings']],
  [/^inventory|^grades|^catalogue/, ['inventory', 'warnings']],
  [/^(warning|floor|prompt|notice|report)/, ['air', 'warnings', 'orders', 'duty']],
  [/^(receipt|refusal|phone|order)/, ['orders', 'duty']],
  [/^(verdict|case)/, ['cases', 'duty']],
  [/^(season|control)/, ['season', 'orders']],
  [/^pack/, ['packs', 'air', 'warnings']],
  [/^duty/, ['duty']],
  [/^task/, ['tasks', 'duty']],
  [/^draw/, ['draws']],
];
const listeners = new Map<string, Set<() => void>>();
export function touch(...topics: string[]): void {
  const called = new Set<() => void>();
  for (const topic of topics) for (const one of listeners.get(topic) || []) called.add(one);
  for (const one of called) one();
}
export function touchAll(): void {
  touch(...listeners.keys());
}

export interface Read<T> {
  value: ShallowRef<T | null>;
  error: Ref<string>;
  isFirst: Ref<boolean>;
  again: () => Promise<void>;
}
// Reads now, whenever one of `topics` is touched, and whenever `sources` change.
export function useRead<T>(read: () => Promise<T>, topics: string[], sources?: WatchSource<unknown>): Read<T> {
  const value = shallowRef<T | null>(null);
  const error = ref('');
  const isFirst = ref(true);
  let isBusy = false;
  let isWanted = false;
  let isOver = false;
  let number = 0;
  async function again(): Promise<void> {
    if (!desk.me) return;
    const mine = ++number;
    isBusy = true;
    isWanted = false;
    try {
      const found = await read();
      if (mine === number && !isOver) {
        value.value = found;
        error.value = '';
      }
    } catch (refused) {
      if (refused instanceof Refusal && refused.status === 401) leave(refusedWords(true));
      else if (mine === number) error.value = wordsOf(refused);
    } finally {
      if (mine === number) {
        isFirst.value = false;
        setTimeout(() => {
          isBusy = false;
          if (isWanted && !isOver) void again();
        }, kRefreshMs);
      }
    }
  }
  const wake = (): void => {
    if (isBusy) isWanted = true;
    else void again();
  };
  for (const topic of topics) {
    if (!listeners.has(topic)) listeners.set(topic, new Set());
    listeners.get(topic)!.add(wake);
  }
  onScopeDispose(() => {
    isOver = true;
    for (const topic of topics) listeners.get(topic)?.delete(wake);
  });
  if (sources)
    watch(sources, () => {
      void again();
    });
  void again();
  return { value, error, isFirst, again };
}

// ---- in and out ----

const refusedWords = (wasIn: boolean): string =>
  wasIn
    ? say('登录已失效：令牌无效或已停用', 'you are no longer signed in: the token or session is not valid any more')
    : say('账号、口令、验证码或令牌无效', 'account, password, code or token is not valid');

// Until where this person has seen what happened, in this browser.
const seenKey = (): string => `qingkong-seen-${desk.me?.id ?? ''}`;
function lastVisit(): { number: number; at: string } {
  try {
    return JSON.parse(localStorage.getItem(seenKey()) || '') as { number: number; at: string };
  } catch {
    return { number: 0, at: '' };
  }
}
const kCatchUpMs = 3000;
let isCatchingUp = false;

const told = new Set<(event: Told) => void>();
export function onTold(listen: (event: Told) => void): void {
  told.add(listen);
}

function hear(kind: string, event: Told): void {
  if (kind === 'gap') {
    note(say('有事件已不再保留，已重新读取', 'some events are no longer kept; everything was read again'));
    touchAll();
    return;
  }
  setClock(event.at);
  localStorage.setItem(seenKey(), JSON.stringify({ number: event.number, at: event.at }));
  if (isCatchingUp) desk.visit.until = event.number;
  desk.told = [event, ...desk.told].slice(0, kEventsKept);
  if (!isCatchingUp) for (const listen of told) listen(event);
  const topics = new Set(kTouches.flatMap(([pattern, names]) => (pattern.test(event.kind) ? names : [])));
  touch(...topics);
  if (topics.has('air')) void readSituation();
}

let isReading = false;
let isWantedAgain = false;
export async function readSituation(): Promise<void> {
  if (isReading) {
    isWantedAgain = true;
    return;
  }
  isReading = true;
  try {
    desk.situation = await get('/api/v1/situation');
    setClock(desk.situation.now);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) leave(refusedWords(true));
  } finally {
    setTimeout(() => {
      isReading = false;
      if (isWantedAgain && desk.me) {
        isWantedAgain = false;
        void readSituation();
      }
    }, kRefreshMs);
  }
}

export function leave(why = ''): void {
  unfollow();
  forget();
  Object.assign(desk, { me: null, situation: null, isUp: false, wasUp: false, told: [], why });
}
// Out because one wants to be: a session ends at the daemon, too.
export async function signOut(): Promise<void> {
  await leaveSession().catch(() => undefined);
  leave();
}

// `prove`: how one shows who one is; what was there before where nothing is given.
export async function enter(prove: () => Promise<Session> = sessionAgain): Promise<void> {
  try {
    const me = await prove();
    const clock = await get('/api/v1/clock').catch(() => null);
    desk.isDriven = clock?.mode === 'driven';
    if (clock) desk.base = { at: Date.parse(clock.now), read: Date.now(), offset: offsetOf(clock.now) };
    desk.me = me;
    desk.why = '';
  } catch (error) {
    leave(
      error instanceof Refusal && error.status === 401 && prove === sessionAgain
        ? refusedWords(true)
        : error instanceof Refusal && error.status === 401
          ? `${refusedWords(false)}\n${wordsOf(error)}`
          : wordsOf(error),
    );
    if (error instanceof Refusal) throw error;
    return;
  }
  desk.heardAt = Date.now();
  void readSituation();
  const visit = lastVisit();
  desk.visit = { before: visit.number, until: visit.number, at: visit.at };
  isCatchingUp = visit.number > 0;
  setTimeout(() => {
    isCatchingUp = false;
  }, kCatchUpMs);
  void follow(
    {
      event: hear,
      heard: () => {
        desk.heardAt = Date.now();
      },
      link: (isUp) => {
        if (isUp && desk.wasUp && !desk.isUp) touchAll();
        if (!isUp && desk.isUp) desk.downSince = Date.now();
        desk.isUp = isUp;
        desk.wasUp ||= isUp;
      },
    },
    visit.number,
  ).then((status) => {
    if (status === 401) leave(refusedWords(true));
  });
}
export const mayEnter = mayBeIn;
// A page that is put aside for the back button must not keep a connection: a browser has six for one host.
window.addEventListener('pagehide', () => unfollow());
window.addEventListener('pageshow', (event) => {
  if (event.persisted && desk.me) location.reload();
});
