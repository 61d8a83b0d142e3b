// Peak-shift and seasonal control: the windows, the ledger of missed days, and entries into it.
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

export async function showSeason(me) {
  const windows = await get('/api/v1/season?per_page=50');
  if (!windows.total) return fill('season', none());
  const debts = await get(`/api/v1/season/debts?per_page=${kDebtsShown}&page=${page}`);
  if (page > debts.pages) { page = 1; return showSeason(me); }
  const turn = (by) => { page += by; attempt(() => showSeason(me)); };
  const pager = element('div', { className: 'actions' },
    page > 1 ? button(say('page_prev'), () => turn(-1), 'plain') : '', text('span', `${page} / ${debts.pages}`, 'muted'),
    page < debts.pages ? button(say('page_next'), () => turn(1), 'plain') : '');
  return fill('season', windowsTable(windows.items),
    debts.total ? element('div', {}, text('h3', say('season_ledger')), debtsTable(debts.items, me), debts.pages > 1 ? pager : '') : '');
}
