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
// What is about data never fills the list of suspects.
let kind = 'lead';

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

// The steps as the API names them: their path and their word.
const kPaths = { site_check: 'site-check', check: 'check', conclusion: 'conclusion', statement: 'statement', decision: 'decision',
  rectification: 'rectification', rectified: 'rectified', recheck: 'recheck', close: 'close', withdrawal: 'withdrawal' };
const kResults = ['ok', 'not_ok', 'not_applicable'];
// No conclusion is offered first: somebody has to choose it.
const conclusionField = () => ({ name: 'conclusion', label: say('conclusion_of'),
  options: [['', '—'], ...['breach', 'meter_fault', 'wrong_inventory', 'justified'].map((one) => [one, say(one)])] });
const timeField = (name, required) => ({ name, label: say(name), required, placeholder: '2026-12-01T10:00:00+08:00' });

function fieldsOf(found, step) {
  const note = { name: 'note', label: say('note'), type: 'area', required: step !== 'site_check' };
  const file = { name: 'file', label: say('paper'), type: 'file', required: step === 'statement' };
  if (step === 'site_check') return [{ name: 'inspectors', label: say('inspectors') }, timeField('due'), note];
  if (step === 'conclusion' || step === 'decision') return [conclusionField(), file, note];
  if (step === 'statement') return [{ name: 'by', label: say('spoken_by'), required: true }, file, note];
  if (step === 'rectification') return [timeField('due', true), note];
  if (step !== 'check' && step !== 'recheck') return [note];
  const items = found.checklist.map((item) => ({ name: `item:${item.id}`, label: item.text,
    options: [...(item.optional ? [['', '—']] : []), ...kResults.map((one) => [one, say(`item_${one}`)])] }));
  return [...(step === 'recheck' ? [{ name: 'passed', label: say('passed'), type: 'checkbox' }, timeField('due')] : []),
    timeField('at', true), { name: 'persons', label: say('persons'), required: true }, ...items,
    { name: 'file', label: say('photo'), type: 'file', accept: 'image/*' }, timeField('taken_at'),
    { name: 'longitude', label: say('longitude') }, { name: 'latitude', label: say('latitude') }, { ...note, required: false }];
}

const names = (words) => words.split(/[,，、\s]+/).filter(Boolean);

async function base64Of(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let letters = '';
  for (let at = 0; at < bytes.length; at += 32768) letters += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(letters);
}

// A file goes first; the step names it by its number.
async function handIn(found, values) {
  const body = { name: values.file.name, base64: await base64Of(values.file) };
  if (values.taken_at) body.taken_at = values.taken_at;
  if (values.longitude && values.latitude) {
    Object.assign(body, { longitude: Number(values.longitude), latitude: Number(values.latitude), datum: 'cgcs2000' });
  }
  const kept = await post(`/api/v1/cases/${found.number}/files`, body);
  return kept.number;
}

async function bodyOf(found, step, values) {
  const body = { note: values.note };
  for (const name of ['conclusion', 'by', 'due', 'at']) if (values[name]) body[name] = values[name];
  if (step === 'site_check') body.inspectors = names(values.inspectors);
  if (values.persons) body.persons = names(values.persons);
  if (step === 'recheck') body.passed = values.passed;
  if (step === 'check' || step === 'recheck') {
    body.checklist = {};
    for (const item of found.checklist) {
      const result = values[`item:${item.id}`];
      if (result) body.checklist[item.id] = { result, note: result === 'ok' ? '' : values.note };
    }
  }
  if (values.file && values.file.size) body.files = [await handIn(found, values)];
  return body;
}

async function takeStep(found, step) {
  const values = await ask({ title: `${say(`act_${step}`)} · ${found.number}`, act: say(`act_${step}`), fields: fieldsOf(found, step) });
  if (!values) return;
  const done = await attempt(async () => post(`/api/v1/cases/${found.number}/${kPaths[step]}`, await bodyOf(found, step, values)));
  if (done) note(`${say(`act_${step}`)}：${say('done')}`);
}

const kWorkers = ['duty_officer', 'inspector', 'county_officer', 'admin'];

// What people may consider; nothing of it happens by itself.
function proposalsOf(found) {
  if (!found.proposals.length) return [];
  const words = found.proposals.map((one) => text('li',
    `${one.text}（${one.clause}${one.until ? `；${say('until')} ${one.until}` : ''}${one.sample ? `；${say('sample')}` : ''}）`));
  return [text('h3', say('proposals')), element('ul', {}, ...words)];
}

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
  const steps = found.steps.map((one) => [shortTime(one.at), say(one.step === 'opened' || one.step === 'verdict' ? `step_${one.step}` : `act_${one.step}`), one.person, one.detail && (one.detail.note || one.detail.text) || '']);
  const actions = element('div', { className: 'actions' });
  if (kWorkers.some((role) => me.roles.includes(role))) {
    for (const step of found.next) actions.append(button(say(`act_${step}`), () => takeStep(found, step), 'plain'));
  }
  showDetails(`${enterprise.name} · ${told(found, 'state')}`,
    text('p', say('lead_note'), 'muted'), paragraph(found.text), findings.length ? element('ul', {}, ...findings) : '',
    chart || '', ...proposalsOf(found), text('h3', say('steps')), table(heads, steps), actions);
}

export async function showCases(me) {
  const list = await get(`/api/v1/cases?kind=${kind}&per_page=${kCasesShown}&page=${page}`);
  if (page > list.pages) { page = 1; return showCases(me); }
  const rows = await Promise.all(list.items.map(async (found) => {
    const enterprise = await enterpriseOf(found.enterprise);
    return [enterprise.name, told(found, 'state'), found.next.map((step) => say(`act_${step}`)).join('、'), dayAndTime(found.opened_at), text('div', found.text, 'long'),
      button(say('open_case'), () => openCase(found.number, me), 'plain')];
  }));
  const other = kind === 'lead' ? 'data_quality' : 'lead';
  const tabs = element('div', { className: 'actions' }, text('span', say(kind), 'muted'),
    button(say(other), () => { kind = other; page = 1; attempt(() => showCases(me)); }, 'plain'));
  if (!rows.length) return fill('cases', tabs, none());
  const heads = [say('enterprise'), say('state'), say('next_step'), say('opened'), say('what'), ''];
  const turn = (by) => { page += by; attempt(() => showCases(me)); };
  const pager = element('div', { className: 'actions' },
    page > 1 ? button(say('page_prev'), () => turn(-1), 'plain') : '', text('span', `${page} / ${list.pages}`, 'muted'),
    page < list.pages ? button(say('page_next'), () => turn(1), 'plain') : '');
  return fill('cases', tabs, table(heads, rows), list.pages > 1 ? pager : '');
}
