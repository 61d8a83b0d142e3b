// Warnings: what waits for a person, the list, the story of each, the plan with its floors.
import { get, post, part } from './daemon.js';
import { say, told } from './words.js';
import { $, element, text, table, pill, button, fill, note, none, attempt, shortTime, numberText } from './page.js';
import { bars } from './chart.js';
import { ask, showDetails, paragraph } from './dialog.js';
import { assessmentOf } from './situation.js';

const pathOf = (warning) => `/api/v1/warnings/${part(warning.id)}`;

function changeLine(change, exercise) {
  return element('p', {}, `${told(change, 'kind')} `, pill(change.colour, exercise),
    ` ${shortTime(change.from)} → ${change.expected_to ? shortTime(change.expected_to) : say('later')}`);
}

// Whether the order from above that a change cites binds: if not, whoever signs sees why before anything else.
function orderLine(citation, order) {
  if (!citation) return '';
  const binds = order && order.binds;
  const found = !order ? say('order_unchecked') : binds ? say('order_binds') : say('order_binds_not');
  const line = element('p', { className: binds ? 'good' : 'bad' }, text('b', `${say('ordered_by')}：${citation} — ${found}`),
    order && order.why ? `：${order.why}` : '');
  line.dataset.order = binds ? 'binds' : 'binds-not';
  return line;
}

// ---- what a person does ----

async function act(warning, action, body) {
  const done = await attempt(() => post(`${pathOf(warning)}/${action}`, { generation: warning.generation, ...body }));
  if (done !== undefined) note(`${say(action)}：${say('done')}`);
}

async function consult(warning) {
  const values = await ask({
    title: say('consult'), act: say('consult'), intro: [changeLine(warning.pending, warning.exercise)],
    fields: [{ name: 'who', label: say('who'), required: true }, { name: 'summary', label: say('summary'), type: 'area', required: true }],
  });
  if (!values) return;
  const participants = values.who.split(/[,，、;；]/).map((name) => name.trim()).filter((name) => name)
    .map((name) => ({ name, unit: '' }));
  await act(warning, 'consult', { participants, summary: values.summary, reason: values.summary });
}

// The colour is typed, not clicked. What the citation is worth is looked up anew: it may have been recorded since.
async function sign(warning, me) {
  const change = warning.pending;
  const found = change.ordered_by ? await attempt(() => post(`${pathOf(warning)}/preview`, { colour: change.colour, from: change.from })) : null;
  const values = await ask({
    title: `${say('sign')} · ${warning.id}`, act: say('sign'), typed: [say(change.colour), change.colour],
    intro: [changeLine(change, warning.exercise), orderLine(change.ordered_by, found ? found.order : change.order),
      paragraph(`${say('reason')}：${change.reason}`),
      change.clause ? paragraph(`${say('clause')}：${change.clause}`) : ''],
    fields: me.sign_needs_code ? [{ name: 'code', label: say('need_code'), required: true }] : [],
  });
  if (values) await act(warning, 'sign', values.code ? { code: values.code } : {});
}

async function refuse(warning, action) {
  const values = await ask({ title: `${say(action)} · ${warning.id}`, act: say(action),
    intro: [changeLine(warning.pending, warning.exercise)], fields: [{ name: 'reason', label: say('reason'), type: 'area', required: true }] });
  if (values) await act(warning, action, values);
}

const kColourOptions = () => ['yellow', 'orange', 'red', 'blue'].map((colour) => [colour, say(colour)]);

async function start() {
  const values = await ask({
    title: say('propose_start'), act: say('proposed'),
    fields: [{ name: 'colour', label: say('colour'), options: kColourOptions() },
      { name: 'expected_to', label: `${say('to')} (2015-12-10T12:00)` },
      { name: 'ordered_by', label: say('ordered_by_label') },
      { name: 'reason', label: say('reason'), type: 'area', required: true },
      { name: 'exercise', label: say('exercise'), type: 'checkbox' }],
  });
  if (!values) return;
  for (const name of ['expected_to', 'ordered_by']) if (!values[name]) delete values[name];
  const done = await attempt(() => post('/api/v1/warnings', values));
  if (done) note(`${say('proposed')}：${done.id}`);
}

async function change(warning) {
  const values = await ask({
    title: `${say('change')} · ${warning.id}`, act: say('proposed'),
    fields: [{ name: 'kind', label: say('kind'), options: ['raise', 'lower', 'extend', 'suspend', 'resume', 'lift'].map((kind) => [kind, say(kind)]) },
      { name: 'colour', label: say('colour'), options: kColourOptions() },
      { name: 'expected_to', label: `${say('to')} (2015-12-10T12:00)` },
      { name: 'ordered_by', label: say('ordered_by_label') },
      { name: 'reason', label: say('reason'), type: 'area', required: true }],
  });
  if (!values) return;
  for (const name of ['expected_to', 'ordered_by']) if (!values[name]) delete values[name];
  await act(warning, 'changes', values);
}

// A report is a page of its own: opened in a new tab, from where it prints.
async function openReport(warning) {
  const html = await attempt(() => get(`${pathOf(warning)}/report?format=html`));
  if (html === undefined) return;
  const url = URL.createObjectURL(new Blob([html], { type: 'text/html;charset=utf-8' }));
  window.open(url, '_blank', 'noopener');
}

async function explain(warning) {
  const story = await attempt(() => get(`${pathOf(warning)}/explain`));
  if (!story) return;
  const heads = [say('at'), say('step'), say('what'), say('person'), say('reason'), say('clause')];
  const rows = story.story.map((entry) => [shortTime(entry.at), say(entry.event),
    element('span', {}, entry.kind ? `${say(entry.kind)} ` : '', entry.colour ? pill(entry.colour) : ''),
    [entry.person, entry.role].filter((one) => one).join(' · '), entry.reason, entry.clause]);
  const talks = story.consultations.map((one) => text('li', `${shortTime(one.at)} ${(one.participants || []).map((who) => who.name).join('、')}：${one.summary}`));
  showDetails(`${say('explain')} · ${warning.id}`,
    paragraph(say('recomputed', { n: story.recomputed, m: story.equal }), story.holds ? 'good' : 'bad'),
    table(heads, rows), talks.length ? element('div', {}, text('h3', say('consult')), element('ul', {}, ...talks)) : '');
}

// ---- plans ----

function floorsOf(summary) {
  const rows = summary.floors.map((floor) => ({
    name: say(floor.pollutant), value: floor.share * 100, target: floor.floor * 100, className: floor.met ? 'met' : 'missed',
    text: `${numberText(floor.share * 100)}% ${floor.floor ? ` / ${say('floor')} ${numberText(floor.floor * 100)}% · ${say(floor.met ? 'met' : 'not_met')}` : ''}`,
  }));
  return element('figure', {}, text('figcaption', say('base')), bars(rows, say('plan')));
}

function planOf(summary) {
  const facts = `${summary.enterprises} ${say('enterprises')} · ${summary.obligations} ${say('obligations')} · ${say('edition')} ${summary.edition}`;
  return element('div', {}, element('p', {}, summary.colour ? pill(summary.colour) : '', ` ${facts}`),
    summary.measures_zh ? text('p', summary.measures_zh) : '', floorsOf(summary),
    summary.remarks ? text('p', say('remarks', { n: summary.remarks }), 'muted') : '');
}

export async function showPlan(warnings) {
  const running = warnings.find((warning) => warning.segments.length && !warning.lifted_at) || warnings[0];
  if (!running) return fill('plan', none());
  const first = await get(`${pathOf(running)}/plans?per_page=1`);
  if (!first.total) return fill('plan', text('p', say('plan_none'), 'muted'));
  const newest = await get(`${pathOf(running)}/plans?per_page=1&page=${first.total}`);
  const plan = newest.items[0];
  return fill('plan', element('p', { className: 'muted' }, `${running.id} · ${say('generation')} ${plan.generation} · ${shortTime(plan.at)}`),
    planOf(plan.summary));
}

async function preview(warning) {
  const answer = await attempt(() => post(`${pathOf(warning)}/preview`, { colour: warning.pending.colour, from: warning.pending.from }));
  if (!answer) return;
  const counts = answer.difference ? say('difference', answer.difference) : '';
  showDetails(`${say('preview')} · ${say(warning.pending.colour)}`, orderLine(warning.pending.ordered_by, answer.order), planOf(answer.plan), counts ? paragraph(counts) : '');
}

// ---- what is shown ----

function pendingBox(warning, me, situation) {
  const waiting = warning.pending;
  const wants = say('wants', { n: waiting.approval.persons }) + (waiting.approval.consultation ? ` · ${say('wants_consult')}` : '');
  const signed = waiting.signatures.map((one) => `${one.person} (${shortTime(one.at)})`).join('、');
  const actions = element('div', { className: 'actions' });
  const offer = (roles, name, deed, className) => {
    if (roles.some((role) => me.roles.includes(role))) actions.append(button(say(name), deed, className));
  };
  offer(['duty_officer', 'approver', 'inspector', 'county_officer', 'auditor', 'admin'], 'preview', () => preview(warning), 'plain');
  offer(['duty_officer', 'approver'], 'consult', () => consult(warning), 'plain');
  offer(['duty_officer'], 'withdraw', () => refuse(warning, 'withdraw'), 'plain');
  offer(['approver'], 'reject', () => refuse(warning, 'reject'), 'plain');
  offer(['approver'], 'sign', () => sign(warning, me));
  const assessment = situation && situation.assessment;
  const isSame = assessment && assessment.proposal && assessment.proposal.kind === waiting.kind && assessment.proposal.colour === waiting.colour;
  const box = element('article', {}, changeLine(waiting, warning.exercise), orderLine(waiting.ordered_by, waiting.order),
    text('p', `${say('reason')}：${waiting.reason}`), waiting.clause ? text('p', `${say('clause')}：${waiting.clause}`) : '',
    element('p', { className: 'muted' }, `${warning.id} · ${told(waiting, 'stage')} · ${wants} · ${say('proposed')} ${waiting.proposer} ${shortTime(waiting.proposed_at)} · ${say('lapses')} ${shortTime(waiting.lapses_at)}`),
    signed ? text('p', `${say('signatures')}：${signed}`, 'good') : '',
    isSame && !warning.exercise ? assessmentOf(assessment) : '', actions);
  box.dataset.warning = warning.id;
  return box;
}

function warningRow(warning, me) {
  const actions = element('div', { className: 'actions' }, button(say('explain'), () => explain(warning), 'plain'),
    button(say('report'), () => openReport(warning), 'plain'));
  if (me.roles.includes('duty_officer') && warning.segments.length && !warning.lifted_at && !warning.pending) {
    actions.append(button(say('change'), () => change(warning), 'plain'));
  }
  return [pill(warning.colour, warning.exercise), warning.id, told(warning, 'standing'), shortTime(warning.effective_from),
    shortTime(warning.lifted_at), actions];
}

export async function showWarnings(me, situation) {
  const page = await get('/api/v1/warnings?per_page=20');
  const waiting = page.items.filter((warning) => warning.pending);
  $('pending').hidden = waiting.length === 0;
  fill('pending', ...waiting.map((warning) => pendingBox(warning, me, situation)));
  const heads = [say('colour'), say('number'), say('state'), say('from'), say('lifted'), ''];
  const list = page.items.length ? table(heads, page.items.map((warning) => warningRow(warning, me))) : none();
  fill('warnings', list, me.roles.includes('duty_officer') ? element('div', { className: 'actions' }, button(say('propose_start'), start, 'plain')) : '');
  return page.items;
}
