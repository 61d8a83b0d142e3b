// Cases: what the judge found, the power curve against the cap, and the steps of people.
import { get, post, part } from './daemon.js';
import { say, told } from './words.js';
import { element, text, table, button, fill, none, attempt, shortTime, dayAndTime, note } from './page.js';
import { timeChart, legend, instant, offsetOf, kHour } from './chart.js';
import { ask, showDetails, paragraph } from './dialog.js';
import { enterpriseOf } from './orders.js';

const kCasesShown = 8;
const kSpanHoursMax = 39 * 24;
let page = 1;

// The meter of which the verdict speaks, or else the line's, and the stretch it is about with half a day around.
async function curveOf(found, verdict, enterprise) {
  const finding = (verdict && verdict.findings || []).find((one) => one.meter);
  const ofLine = (enterprise.meters || []).filter((meter) => !verdict || meter.line === verdict.line);
  const production = ofLine.find((meter) => meter.role === 'production') || ofLine[0];
  const meter = finding ? finding.meter : production && production.id;
  if (!meter) return text('p', say('no_meter'), 'muted');
  const from = instant(verdict ? verdict.window.from : found.opened_at) - 12 * kHour;
  const to = Math.min(instant(verdict ? verdict.window.to : found.opened_at) + 12 * kHour, from + kSpanHoursMax * kHour);
  const query = `from=${part(new Date(from).toISOString())}&to=${part(new Date(to).toISOString())}`;
  const series = await get(`/api/v1/meters/${part(meter)}/series?${query}`);
  return powerChart(series, from, to, offsetOf(found.opened_at));
}

function powerChart(series, from, to, offset) {
  const points = (list) => list.map((one) => ({ at: instant(one.t), value: one.valid === false ? null : one.kw }));
  // A cap binds for some stretches only: a gap where none is given.
  const step = series.interval_min * 60000;
  const broken = (list) => list.flatMap((point, at) =>
    (at > 0 && point.at - list[at - 1].at > step * 1.5 ? [{ at: list[at - 1].at + 1, value: null }, point] : [point]));
  const curves = [
    { name: say('baseline'), className: 'baseline', points: broken(points(series.baseline)) },
    { name: say('cap'), className: 'cap', isStep: true, points: broken(points(series.cap)) },
    { name: say('measured'), className: 'measured', points: broken(points(series.readings)) },
  ].filter((curve) => curve.points.length);
  const windows = joined(series.windows.map((window) => ({ from: Math.max(from, instant(window.from)),
    to: window.to ? instant(window.to) : to, className: 'duty', label: window.detail })));
  const chart = timeChart({ title: say('power'), unit: 'kW', from, to, offset, curves, windows });
  chart.dataset.meter = series.meter;
  const keys = curves.map((curve) => ({ name: curve.name, className: curve.className, kind: 'line' }));
  if (windows.length) keys.push({ name: say('controlled'), className: 'duty', kind: 'window' });
  return element('figure', {}, text('figcaption', `${say('power')} · ${series.meter}`), chart, legend(keys));
}

// Stretches that overlap or touch, as one: several duties bind at once.
function joined(windows) {
  const all = [];
  for (const window of windows.sort((a, b) => a.from - b.from)) {
    const last = all[all.length - 1];
    if (last && window.from <= last.to) last.to = Math.max(last.to, window.to);
    else all.push({ ...window });
  }
  return all;
}

const kNext = { lead: ['site_check', 'conclusion'], site_check: ['conclusion'], concluded: ['statement', 'close_case'], stated: ['close_case'], closed: [] };
const kPaths = { site_check: 'site-check', conclusion: 'conclusion', statement: 'statement', close_case: 'close' };

async function takeStep(found, step) {
  const fields = [{ name: 'note', label: say('note'), type: 'area', required: step !== 'site_check' }];
  if (step === 'conclusion') {
    fields.unshift({ name: 'conclusion', label: say('conclusion'),
      options: ['breach', 'meter_fault', 'wrong_inventory', 'justified'].map((one) => [one, say(one)]) });
  }
  const values = await ask({ title: `${say(step)} · ${found.number}`, act: say(step), fields });
  if (!values) return;
  const done = await attempt(() => post(`/api/v1/cases/${found.number}/${kPaths[step]}`, values));
  if (done) note(`${say(step)}：${say('done')}`);
}

const kWorkers = ['duty_officer', 'inspector', 'county_officer', 'admin'];

async function openCase(number, me) {
  const found = await attempt(() => get(`/api/v1/cases/${number}`));
  if (!found) return;
  const enterprise = await enterpriseOf(found.enterprise);
  const query = `enterprise=${part(found.enterprise)}&obligation=${part(found.obligation)}&per_page=50`;
  const verdicts = await attempt(() => get(`/api/v1/verdicts?${query}`));
  const verdict = verdicts && (verdicts.items.find((one) => one.number === found.verdict) || verdicts.items[0]);
  const chart = await attempt(() => curveOf(found, verdict, enterprise));
  const findings = (verdict ? verdict.findings : []).map((one) => text('li', one.text));
  const heads = [say('at'), say('step'), say('person'), say('note')];
  const steps = found.steps.map((one) => [shortTime(one.at), say(`step_${one.step}`), one.person, one.detail && (one.detail.note || one.detail.text) || '']);
  const actions = element('div', { className: 'actions' });
  if (kWorkers.some((role) => me.roles.includes(role))) {
    for (const step of kNext[found.state] || []) actions.append(button(say(step), () => takeStep(found, step), 'plain'));
  }
  showDetails(`${enterprise.name} · ${told(found, 'state')}`,
    text('p', say('lead_note'), 'muted'), paragraph(found.text), findings.length ? element('ul', {}, ...findings) : '',
    chart || '', text('h3', say('steps')), table(heads, steps), actions);
}

export async function showCases(me) {
  const list = await get(`/api/v1/cases?per_page=${kCasesShown}&page=${page}`);
  if (page > list.pages) { page = 1; return showCases(me); }
  const rows = await Promise.all(list.items.map(async (found) => {
    const enterprise = await enterpriseOf(found.enterprise);
    return [enterprise.name, say(found.kind), told(found, 'state'), dayAndTime(found.opened_at), text('div', found.text, 'long'),
      button(say('open_case'), () => openCase(found.number, me), 'plain')];
  }));
  if (!rows.length) return fill('cases', none());
  const heads = [say('enterprise'), say('kind'), say('state'), say('opened'), say('what'), ''];
  const turn = (by) => { page += by; attempt(() => showCases(me)); };
  const pager = element('div', { className: 'actions' },
    page > 1 ? button(say('page_prev'), () => turn(-1), 'plain') : '', text('span', `${page} / ${list.pages}`, 'muted'),
    page < list.pages ? button(say('page_next'), () => turn(1), 'plain') : '');
  return fill('cases', table(heads, rows), list.pages > 1 ? pager : '');
}
