// Rule packs: which one is in force, and those that wait. One that changes who may sign waits for another person
// and then for the delay; who put it up, what it changes and from when it counts are said before anybody confirms.
import { get, post, part } from './daemon.js';
import { say } from './words.js';
import { $, element, text, table, button, fill, note, none, attempt, shortTime } from './page.js';
import { ask, paragraph } from './dialog.js';

const kPacksRead = 50;  // newest first
let region = '';

// A pack is the whole region's: nobody of a county acts on it.
const isOf = (me, roles) => roles.some((role) => me.roles.includes(role)) && (!me.region || me.region === region);
const pathOf = (pack) => `/api/v1/packs/${part(pack.number)}`;
const isOpen = (pack) => !pack.begun_at && !pack.withdrawn_at;
const waitsForSecond = (pack) => isOpen(pack) && pack.needs_second && !pack.confirmed_at;
const beginsAt = (pack) => (pack.ready_at && Date.parse(pack.ready_at) > Date.parse(pack.from) ? pack.ready_at : pack.from);

function stateOf(pack, hours) {
  if (pack.in_force) return say('pack_in_force', { at: shortTime(pack.begun_at) });
  if (pack.withdrawn_at) return say('pack_withdrawn', { who: pack.withdrawn_by, at: shortTime(pack.withdrawn_at) });
  if (pack.begun_at) return say('pack_was_in_force', { at: shortTime(pack.begun_at) });
  if (waitsForSecond(pack)) return say('pack_waits', { hours });
  return say('pack_begins', { at: shortTime(beginsAt(pack)) });
}

function changesOf(pack) {
  return element('ul', { className: 'changes' }, ...pack.changes.map((change) => text('li', change)));
}

async function confirm(pack, hours) {
  const values = await ask({
    title: `${say('pack_confirm')} · ${pack.name}`, act: say('pack_confirm'), typed: [pack.id],
    intro: [paragraph(say('pack_put_by', { who: pack.put_by, at: shortTime(pack.put_at), reason: pack.reason })),
      paragraph(say('pack_changes')), changesOf(pack), paragraph(say('pack_then', { hours, from: shortTime(pack.from) }), 'bad')],
  });
  if (!values) return;
  const done = await attempt(() => post(`${pathOf(pack)}/confirm`, {}));
  if (done) note(`${say('pack_confirm')}：${say('done')} · ${say('pack_begins', { at: shortTime(beginsAt({ ...pack, ready_at: done.ready_at })) })}`);
}

async function withdraw(pack) {
  const values = await ask({ title: `${say('withdraw')} · ${pack.name}`, act: say('withdraw'),
    intro: [paragraph(say('pack_put_by', { who: pack.put_by, at: shortTime(pack.put_at), reason: pack.reason }))],
    fields: [{ name: 'reason', label: say('reason'), type: 'area', required: true }] });
  if (!values) return;
  const done = await attempt(() => post(`${pathOf(pack)}/withdraw`, values));
  if (done) note(`${say('withdraw')}：${say('done')}`);
}

async function propose() {
  const values = await ask({
    title: say('pack_propose'), act: say('pack_propose'), intro: [paragraph(say('pack_propose_help'), 'muted')],
    fields: [{ name: 'file', label: say('pack_file'), type: 'file', accept: '.toml' }, { name: 'built_in', label: say('pack_built_in'), placeholder: 'beijing-demo' },
      { name: 'from', label: say('pack_from'), placeholder: '2026-11-15' }, { name: 'reason', label: say('reason'), type: 'area', required: true }],
  });
  if (!values) return;
  const body = { reason: values.reason };
  if (values.from) body.from = values.from;
  if (values.file) Object.assign(body, { file: values.file.name, pack: await values.file.text() });
  else if (values.built_in) body.built_in = values.built_in;
  const done = await attempt(() => post('/api/v1/packs', body));
  if (done) note(`${say('pack_propose')}：${say(done.needs_second ? 'pack_is_held' : 'done')}`);
}

// One that waits is shown whole: nobody confirms a line of a table.
function waitingBox(pack, me, hours) {
  const actions = element('div', { className: 'actions' });
  const isMine = pack.put_by === me.id;
  if (isOf(me, ['admin'])) actions.append(button(say('withdraw'), () => withdraw(pack), 'plain'));
  if (waitsForSecond(pack) && !isMine && isOf(me, ['admin', 'approver'])) {
    actions.append(button(say('pack_confirm'), () => confirm(pack, hours)));
  }
  const box = element('article', {}, element('p', {}, text('b', pack.name), ` ${pack.id} · ${say('number')} ${pack.number}`),
    text('p', stateOf(pack, hours), waitsForSecond(pack) ? 'bad' : ''),
    text('p', say('pack_put_by', { who: pack.put_by, at: shortTime(pack.put_at), reason: pack.reason })),
    pack.confirmed_at ? text('p', say('pack_confirmed', { who: pack.confirmed_by, at: shortTime(pack.confirmed_at) }), 'good') : '',
    pack.changes.length ? element('div', {}, text('p', say('pack_changes')), changesOf(pack)) : '',
    waitsForSecond(pack) && isMine ? text('p', say('pack_not_yours'), 'muted') : '', actions);
  box.dataset.pack = pack.number;
  return box;
}

export async function showPacks(me) {
  const now = await get('/api/v1/packs/in-force');
  region = now.pack.region_code;
  const list = await get(`/api/v1/packs?per_page=${kPacksRead}`);
  const open = list.items.filter(isOpen);
  const rows = list.items.filter((pack) => !isOpen(pack)).map((pack) => [pack.number, pack.name, stateOf(pack, now.delay_hours),
    `${pack.put_by} ${shortTime(pack.put_at)}`, pack.confirmed_by || '—', text('div', pack.reason, 'long')]);
  const heads = [say('number'), say('pack'), say('state'), say('proposed'), say('pack_second'), say('reason')];
  const adopted = now.number === null ? say('pack_configured') : `${say('number')} ${now.number}`;
  // What waits for a person stands above the situation.
  const isWaiting = open.some(waitsForSecond);
  const before = $(isWaiting ? 'situation' : 'people');
  if ($('packs').nextElementSibling !== before) before.before($('packs'));
  $('packs').classList.toggle('waiting', isWaiting);
  return fill('packs', element('p', {}, `${say('pack_now')}：${now.pack.name} ${now.pack.id} · ${adopted}`),
    ...open.map((pack) => waitingBox(pack, me, now.delay_hours)), rows.length ? table(heads, rows) : list.total ? '' : none(),
    isOf(me, ['admin']) ? element('div', { className: 'actions' }, button(say('pack_propose'), propose, 'plain')) : '');
}
