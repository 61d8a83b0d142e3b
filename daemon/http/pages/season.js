// Peak-shift, seasonal and temporary control: what is ordered, the windows, the ledger of missed days, and entries into it.
import { get, post } from './daemon.js';
import { say, told } from './words.js';
import { element, text, table, button, fill, none, note, attempt } from './page.js';
import { ask } from './dialog.js';

const kDebtsShown = 10;
const kEntries = ['stood', 'ran', 'made_up', 'withdrawn'];
const kWriters = ['duty_officer', 'inspector', 'county_officer'];
let page = 1;

async function enter(debt) {
  const values = await ask({
    title: `${say('season_enter')} · ${debt.name} ${debt.line}`, act: say('season_enter'),
    fields: [{ name: 'what', label: say('what'), options: kEntries.map((one) => [one, say(`season_${one}`)]) },
      { name: 'day', label: say('season_day'), required: true, placeholder: debt.as_of }, { name: 'note', label: say('note') }],
  });
  if (!values) return;
  const record = { window: debt.window, enterprise: debt.enterprise, line: debt.line, ...values };
  const done = await attempt(() => post('/api/v1/season/records', { records: [record] }));
  if (done) note(`${say('season_enter')}：${say('done')}`);
}

function windowsTable(windows) {
  const rows = windows.map((one) => [told(one, 'kind'), one.id, `${one.from} – ${one.to}`, say(`season_is_${one.state}`),
    text('div', one.measure_zh, 'long'), one.covers.enterprises, text('div', `${one.source}（${told(one, 'certainty')}）`, 'long')]);
  return table([say('kind'), say('number'), say('season_days'), say('state'), say('what'), say('season_covers'), say('source')], rows);
}

function debtsTable(debts, me) {
  const mayEnter = kWriters.some((role) => me.roles.includes(role));
  const rows = debts.map((one) => [one.name, one.line || '—', one.window, one.owed_days, one.kept_days, one.made_up_days,
    one.unknown_days, text('span', String(one.debt_days), one.debt_days ? 'bad' : ''),
    mayEnter ? button(say('season_enter'), () => enter(one), 'plain') : '']);
  return table([say('enterprise'), say('season_line'), say('number'), say('season_owed'), say('season_kept'), say('season_made_up'),
    say('season_unknown'), say('season_debt'), ''], rows);
}

async function signControl(control, me) {
  const values = await ask({ title: `${say('control_sign')} · ${say('control')} ${control.number}`, act: say('control_sign'),
    intro: [text('p', `${control.document} ${control.from} – ${control.to}：${control.measure_zh}`)],
    fields: me.sign_needs_code ? [{ name: 'code', label: say('need_code'), required: true }] : [] });
  const body = values && values.code ? { code: values.code } : {};
  if (values && await attempt(() => post(`/api/v1/controls/${control.number}/sign`, body))) note(`${say('control_sign')}：${say('done')}`);
}

async function withdrawControl(control) {
  const values = await ask({ title: `${say('control_withdraw')} · ${say('control')} ${control.number}`, act: say('control_withdraw'),
    fields: [{ name: 'reason', label: say('reason'), required: true }] });
  if (values && await attempt(() => post(`/api/v1/controls/${control.number}/withdraw`, values))) note(`${say('control_withdraw')}：${say('done')}`);
}

// Those that are over stay in the list of the API.
function controlsTable(controls, me) {
  const may = (role) => me.roles.includes(role);
  const rows = controls.map((one) => [one.number, one.document, `${one.from} – ${one.to}`, told(one, 'state'),
    text('div', one.measure_zh, 'long'), one.covers.enterprises, text('div', one.reason, 'long'),
    element('div', { className: 'actions' },
      one.state === 'proposed' && may('approver') ? button(say('control_sign'), () => signControl(one, me), 'plain') : '',
      may('approver') || may('duty_officer') ? button(say('control_withdraw'), () => withdrawControl(one), 'plain') : '')]);
  return element('div', {}, text('h3', say('control')), table([say('number'), say('source'), say('season_days'), say('state'), say('what'),
    say('season_covers'), say('reason'), ''], rows));
}

export async function showSeason(me) {
  const windows = await get('/api/v1/season?per_page=50');
  const controls = (await get('/api/v1/controls?per_page=50')).items.filter((one) => ['proposed', 'ahead', 'in_force'].includes(one.state));
  const ordered = controls.length ? controlsTable(controls, me) : '';
  if (!windows.total) return fill('season', ordered || none());
  const debts = await get(`/api/v1/season/debts?per_page=${kDebtsShown}&page=${page}`);
  if (page > debts.pages) { page = 1; return showSeason(me); }
  const turn = (by) => { page += by; attempt(() => showSeason(me)); };
  const pager = element('div', { className: 'actions' },
    page > 1 ? button(say('page_prev'), () => turn(-1), 'plain') : '', text('span', `${page} / ${debts.pages}`, 'muted'),
    page < debts.pages ? button(say('page_next'), () => turn(1), 'plain') : '');
  return fill('season', ordered, windowsTable(windows.items),
    debts.total ? element('div', {}, text('h3', say('season_ledger')), debtsTable(debts.items, me), debts.pages > 1 ? pager : '') : '');
}
