// The tasks of one inspector, and the checks in work, both kept on the telephone. A check is written without signal and
// sent when there is some: photos first, each with a key of its own, then the check that names them, with one too. What
// the daemon has already is not there twice, however often it is sent.
import { computed, reactive } from 'vue';
import { get, post, Refusal, send, setCsrf } from '@/shared/api';
import { instant, isoAt, offsetOf } from '@/shared/format';
import { drop, keep, kept, keysFrom } from '@/shared/keep';
import { base64Of } from '@/shared/photo';
import { wordsOf } from '@/shared/problem';
import { again, forget, leave, type Session } from '@/shared/session';
import type { CaseStory, Draw, OrderReport } from '@/shared/wire';
import { say } from '@/shared/words';

const kCasesRead = 200; // of a list, at most
const kStoriesKept = 60; // whole, for a day without signal
const kReadEveryMs = 60000;
const kHint = 'qingkong-session'; // as of shared/session.ts

export interface Plant {
  id: string;
  name: string;
  region: string;
  industry?: string;
  contact?: string;
  phone?: string;
}
export interface Task {
  number: number;
  isMine: boolean;
  story: CaseStory | null; // of those that are kept whole
  plant: Plant;
  reports: OrderReport[];
  text: string;
  state: string;
  state_zh: string;
  due_at: string | null;
}
export interface Site {
  draw: number;
  purpose: string;
  site: string;
  inspectors: string[];
}
export interface DraftPhoto {
  sha256: string;
  name: string;
  taken_at: string;
  longitude?: number;
  latitude?: number;
  datum?: string;
  number: number | null; // at the daemon
}
export interface Draft {
  case: number;
  act: 'check' | 'recheck';
  key: string;
  at: string; // ISO, of the region
  persons: string;
  place: { longitude: number; latitude: number; datum: string } | null;
  results: { [item: string]: { result: string; note: string } };
  photos: DraftPhoto[];
  note: string;
  passed: boolean | null;
  due: string;
  standing: 'open' | 'ready' | 'sent';
  why: string; // what the daemon had against it
}
interface Shelf {
  me: Session;
  tasks: Task[];
  sites: Site[];
  readAt: number;
  now: string;
  driven: boolean;
}

export const state = reactive({
  me: null as Session | null,
  tasks: [] as Task[],
  sites: [] as Site[],
  drafts: {} as { [number: number]: Draft },
  readAt: 0,
  base: '',
  driven: false,
  tick: Date.now(),
  isOffline: false,
  isLocked: false, // read from the shelf, and the session has ended
  isStarting: true,
  isSending: false,
  why: '',
});
export const now = computed(() =>
  state.base ? instant(state.base) + (state.driven ? 0 : Math.max(0, state.tick - state.readAt)) : state.tick,
);
export const offset = computed(() => offsetOf(state.base) || 8 * 3600000);
export const clock = (): string => isoAt(now.value, offset.value);
export const mine = computed(() => state.tasks.filter((one) => one.isMine));
export const waiting = computed(() => Object.values(state.drafts).filter((one) => one.standing === 'ready').length);

const shelfKey = (me: string): string => `inspector/${me}/tasks`;
const draftKey = (me: string, number: number): string => `inspector/${me}/draft/${number}`;
const photoKey = (sha256: string): string => `photo/${sha256}`;
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export async function keepDraft(draft: Draft): Promise<void> {
  if (!state.me) return;
  state.drafts[draft.case] = draft;
  await keep(draftKey(state.me.id, draft.case), plain(draft));
}
export async function dropDraft(draft: Draft): Promise<void> {
  if (!state.me) return;
  for (const photo of draft.photos) await drop(photoKey(photo.sha256));
  await drop(draftKey(state.me.id, draft.case));
  delete state.drafts[draft.case];
}
export const keepPhoto = (sha256: string, bytes: ArrayBuffer): Promise<void> => keep(photoKey(sha256), bytes);
export const photoBytes = (sha256: string): Promise<ArrayBuffer | undefined> => kept<ArrayBuffer>(photoKey(sha256));

async function readDrafts(): Promise<void> {
  if (!state.me) return;
  const drafts: { [number: number]: Draft } = {};
  for (const key of await keysFrom(`inspector/${state.me.id}/draft/`).catch(() => [] as string[])) {
    const draft = await kept<Draft>(key);
    if (draft) drafts[draft.case] = draft;
  }
  state.drafts = drafts;
}

// ---- reading ----

const kStates = ['site_check', 'rectified', 'lead', 'checked'];
// An inspector is named by account or, as people write it, by name.
const isMe = (names: string[]): boolean => !!state.me && names.some((one) => one === state.me!.id || one === state.me!.name);

async function plantOf(id: string): Promise<Plant> {
  try {
    return (await get('/api/v1/enterprises/{id}', { path: { id } })) as unknown as Plant;
  } catch (error) {
    if (error instanceof Refusal && error.status === 0) throw error;
    return { id, name: id, region: '' };
  }
}
async function readTasks(): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const word of kStates.slice(0, 2)) {
    const page = await get('/api/v1/cases', { query: { state: word, cursor: '', per_page: kCasesRead } });
    for (const one of page.items)
      tasks.push({
        number: one.number,
        isMine: isMe(one.inspectors),
        story: null,
        plant: { id: one.enterprise, name: one.enterprise, region: '' },
        reports: [],
        text: one.text,
        state: one.state,
        state_zh: one.state_zh,
        due_at: one.due_at || null,
      });
  }
  tasks.sort((a, b) => Number(b.isMine) - Number(a.isMine) || (a.due_at || '~').localeCompare(b.due_at || '~') || a.number - b.number);
  const plants = new Map<string, Plant>();
  for (const task of tasks.slice(0, kStoriesKept)) {
    task.story = await get('/api/v1/cases/{id}', { path: { id: task.number } });
    const { id } = task.plant;
    if (!plants.has(id)) plants.set(id, await plantOf(id));
    task.plant = plants.get(id)!;
    const reports = await get('/api/v1/orders/{enterprise}/reports', {
      path: { enterprise: id },
      query: { cursor: '', per_page: 5 },
    }).catch(() => null);
    task.reports = reports?.items || [];
  }
  return tasks;
}
function sitesOf(draws: Draw[]): Site[] {
  return draws.flatMap((draw) =>
    (draw.drawn || [])
      .filter((one) => isMe(one.inspectors))
      .map((one) => ({ draw: draw.number, purpose: draw.purpose, site: one.site, inspectors: one.inspectors })),
  );
}

export async function read(): Promise<void> {
  if (!state.me || state.isLocked) return;
  try {
    const clock = await get('/api/v1/clock');
    const facts = { now: clock.now, driven: clock.mode === 'driven' };
    const tasks = await readTasks();
    const draws = await get('/api/v1/draws', { query: { cursor: '', per_page: 50 } }).catch(() => ({ items: [] as Draw[] }));
    Object.assign(state, {
      tasks,
      sites: sitesOf(draws.items),
      readAt: Date.now(),
      isOffline: false,
      why: '',
      base: facts.now,
      driven: facts.driven,
    });
    const shelf: Shelf = { me: plain(state.me), tasks, sites: state.sites, readAt: state.readAt, now: facts.now, driven: state.driven };
    await keep(shelfKey(state.me.id), plain(shelf)).catch(() => undefined);
    await keep('inspector/last', state.me.id).catch(() => undefined);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) state.isLocked = true;
    else if (error instanceof Refusal && error.status === 0) state.isOffline = true;
    else state.why = wordsOf(error);
  }
}

// ---- sending ----

// Whether the check is there already: its answer was lost on the way, and its key forgotten meanwhile.
async function isThere(draft: Draft): Promise<boolean> {
  const story = await get('/api/v1/cases/{id}', { path: { id: draft.case } });
  return story.steps.some(
    (step) =>
      step.step === draft.act &&
      step.person === state.me?.id &&
      instant(String((step.detail as { at?: string }).at || '')) === instant(draft.at),
  );
}
async function sendDraft(draft: Draft): Promise<void> {
  const path = { id: draft.case };
  for (const photo of draft.photos) {
    if (photo.number !== null) continue;
    const bytes = await photoBytes(photo.sha256);
    if (!bytes) throw new Error(`${photo.name}: 照片已不在本机 / the photo is not on this telephone any more`);
    const { name, sha256, taken_at, longitude, latitude, datum } = photo;
    const place = longitude !== undefined && latitude !== undefined ? { longitude, latitude, datum } : {};
    const answer = await post(
      '/api/v1/cases/{id}/files',
      { path },
      { name, base64: base64Of(bytes), sha256, taken_at, ...place },
      `${draft.key}-${sha256.slice(0, 12)}`,
    );
    photo.number = answer.number;
    await keepDraft(draft);
  }
  if (await isThere(draft)) return;
  const checklist = Object.fromEntries(Object.entries(draft.results).filter(([, one]) => one.result));
  const body = {
    at: draft.at,
    persons: draft.persons.split(/[,，、;；\s]+/).filter((one) => one),
    checklist,
    files: draft.photos.map((one) => one.number as number),
    note: draft.note,
  };
  if (draft.act === 'check') await post('/api/v1/cases/{id}/check', { path }, body, draft.key);
  else
    await post(
      '/api/v1/cases/{id}/recheck',
      { path },
      { ...body, passed: draft.passed === true, ...(draft.due ? { due: `${draft.due}:00${clock().slice(19)}` } : {}) },
      draft.key,
    );
}
// Everything that is ready, one after the other. What the daemon refuses stays, with what it says.
export async function sendAll(): Promise<void> {
  if (state.isSending || !state.me || state.isLocked) return;
  state.isSending = true;
  const who = state.me.id;
  for (const draft of Object.values(state.drafts)) {
    if (state.me?.id !== who) break;
    if (draft.standing !== 'ready') continue;
    try {
      await sendDraft(draft);
      await dropDraft(draft);
      state.isOffline = false;
    } catch (error) {
      if (error instanceof Refusal && error.status === 0) {
        state.isOffline = true;
        break;
      }
      if (error instanceof Refusal && error.status === 401) {
        state.isLocked = true;
        break;
      }
      draft.standing = 'open';
      draft.why = wordsOf(error);
      await keepDraft(draft);
    }
  }
  state.isSending = false;
}

// ---- coming and going ----

async function fromShelf(id: string): Promise<boolean> {
  const found = await kept<Shelf>(shelfKey(id)).catch(() => undefined);
  if (!found) return false;
  Object.assign(state, {
    me: found.me,
    tasks: found.tasks,
    sites: found.sites,
    readAt: found.readAt,
    base: found.now,
    driven: found.driven,
  });
  await readDrafts();
  return true;
}
// An enterprise that is in on the same browser has no tasks here.
export const mayCheck = (session: Session): boolean =>
  session.roles.some((role) => ['inspector', 'county_officer', 'duty_officer', 'admin'].includes(role));
export async function taken(session: Session): Promise<void> {
  if (!mayCheck(session)) {
    state.why = say('这个账号没有核查任务', 'this account makes no site checks');
    return;
  }
  state.why = '';
  const isOther = state.me !== null && state.me.id !== session.id;
  Object.assign(state, { me: session, isLocked: false, isOffline: false, ...(isOther ? { tasks: [], sites: [] } : {}) });
  await readDrafts();
  await sendAll();
  await read();
}
export async function useLink(link: string): Promise<Session> {
  forget();
  const session = (await send('POST', '/api/v1/links/use', { link })) as Session;
  setCsrf(session.csrf_token || '');
  localStorage.setItem(kHint, '1');
  return session;
}
// What was written and not sent stays on the telephone, for when this person comes back.
export async function signOut(): Promise<void> {
  await leave().catch(() => undefined);
  await drop('inspector/last').catch(() => undefined);
  Object.assign(state, { me: null, tasks: [], sites: [], drafts: {}, isLocked: false });
}
async function pulse(): Promise<void> {
  if (!state.me || document.hidden) return;
  if (state.isOffline && !state.isLocked) {
    let session: Session;
    try {
      session = await again();
      if (!mayCheck(session)) throw new Refusal(401, {});
    } catch (error) {
      if (error instanceof Refusal && error.status === 0) return;
      state.isLocked = true;
      state.isOffline = false;
      return;
    }
    // Somebody else may be in by now: what is on the shelf of one person is not sent in the name of another.
    return taken(session);
  }
  await sendAll();
  await read();
}
export async function start(): Promise<void> {
  const last = await kept<string>('inspector/last').catch(() => undefined);
  if (last && !location.hash.startsWith('#link=')) await fromShelf(last);
  try {
    if (!location.hash.startsWith('#link=')) {
      const session = await again();
      if (mayCheck(session)) await taken(session);
      else if (state.me) state.isLocked = true;
    }
  } catch (error) {
    const isSilent = error instanceof Refusal && error.status === 0;
    if (isSilent) state.isOffline = true;
    else if (state.me) state.isLocked = true;
  }
  state.isStarting = false;
  let lastPulse = Date.now();
  const soon = (): void => {
    if (Date.now() - lastPulse < 1500) return;
    lastPulse = Date.now();
    void pulse();
  };
  setInterval(() => {
    state.tick = Date.now();
    const every = waiting.value && !state.isLocked ? 15000 : kReadEveryMs;
    if (Date.now() - lastPulse >= every) soon();
  }, 1000);
  window.addEventListener('online', soon);
  document.addEventListener('visibilitychange', soon);
}
