// What changes seldom and is asked for everywhere: the pack in force with its counties, and the enterprises by id.
import { markRaw, reactive } from 'vue';
import { get, type Answer } from '@/shared/api';
import type { Enterprise } from '@/shared/wire';
import { nameOf } from '@/shared/names';
import { say } from '@/shared/words';

const kPerPage = 1000;
const kPagesMax = 100; // 100,000 rows: a city has a tenth of that

interface PackFacts {
  sub_regions?: { code: string; name: string }[];
  approval?: { roles?: { [id: string]: string } };
}
interface Known {
  pack: Answer<'/api/v1/packs/{number}'> | null;
  counties: Map<string, string>;
  enterprises: Map<string, Enterprise>;
  isWhole: boolean;
  people: Map<string, string>;
}
export const known = reactive<Known>({
  pack: null,
  counties: new Map(),
  enterprises: markRaw(new Map()),
  isWhole: false,
  people: new Map(),
});
let packs: Promise<void> | null = null;
let all: Promise<void> | null = null;

// Every page of a list. `ask` is called with what the page adds to the query.
export async function wholeList<T>(
  ask: (query: {
    page?: number;
    per_page: number;
    cursor?: string;
  }) => Promise<{ items: T[]; next?: string | null; pages?: number | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= kPagesMax; ++page) {
    const found = await ask(cursor ? { per_page: kPerPage, cursor } : { per_page: kPerPage, page });
    items.push(...found.items);
    if ('next' in found) {
      if (!found.next) break;
      cursor = found.next;
    } else if (page >= (found.pages || 1)) break;
  }
  return items;
}

export function readPack(): Promise<void> {
  packs ||= get('/api/v1/packs/{number}', { path: { number: 'in-force' } })
    .then((pack) => {
      known.pack = pack;
      for (const one of (pack.pack as PackFacts | undefined)?.sub_regions || []) known.counties.set(one.code, one.name);
    })
    .catch(() => {
      packs = null;
    });
  return packs;
}
export function readEnterprises(): Promise<void> {
  all ||= wholeList((query) => get('/api/v1/enterprises', { query }))
    .then((items) => {
      known.enterprises = markRaw(new Map(items.map((one) => [one.id, one])));
      known.isWhole = true;
    })
    .catch(() => {
      all = null;
    });
  return all;
}
// Names of accounts, as far as one may know them: whoever may read the accounts knows all, the others who is on duty.
export function readPeople(me: { id: string; name: string; roles: string[] }): void {
  known.people.set(me.id, me.name);
  const mayRead = me.roles.includes('admin') || me.roles.includes('auditor');
  if (mayRead)
    void get('/api/v1/people', { query: { per_page: kPerPage } })
      .then((list) => {
        for (const one of list.items) known.people.set(one.id, one.name);
      })
      .catch(() => undefined);
  void get('/api/v1/duty')
    .then((duty) => {
      for (const one of duty.on_duty) {
        known.people.set(one.person, one.name);
        if (one.deputy) known.people.set(one.deputy, one.deputy_name);
      }
    })
    .catch(() => undefined);
}
export const personName = (id: string | null | undefined): string =>
  !id ? '' : id === 'system' ? say('系统', 'the system') : known.people.get(id) || id;
export function forget(): void {
  packs = null;
  all = null;
  known.enterprises = markRaw(new Map());
  known.isWhole = false;
  known.people = new Map();
}

const bare = (id: string): string => id.replace(/^exercise:/, '');
export const enterpriseName = (id: string): string => known.enterprises.get(bare(id))?.name || bare(id);
export const countyName = (code: string | undefined): string => (code ? known.counties.get(code) || code : say('全市', 'whole region'));
export const countyOf = (id: string): string => known.enterprises.get(bare(id))?.region || '';
// Who may sign is a position of the pack ("commander"); its words are the pack's.
export const positionName = (id: string): string => (known.pack?.pack as PackFacts | undefined)?.approval?.roles?.[id] || nameOf(id);
