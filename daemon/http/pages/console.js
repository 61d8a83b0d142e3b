// The duty console: reads and writes through /api/v1 and nothing else. The token lives in this tab only. All
// text from the daemon enters the page as text, never as markup.
'use strict';

const $ = (id) => document.getElementById(id);
const words = {
  wait: ['等待签发', 'waiting for signature'], sign: ['签发', 'Sign'], reject: ['驳回', 'Reject'],
  consult: ['会商', 'Consult'], report: ['评估报告', 'Report'], explain: ['决策始末', 'Explain'],
  none: ['目前没有', 'none'], orders: ['指令', 'orders'], silent: ['未回执', 'silent'],
  received: ['已收到', 'received'], accepted: ['已签收', 'accepted'], executing: ['执行中', 'executing'],
  done: ['已完成', 'done'], refused: ['拒绝', 'refused'], online: ['实时', 'live'], offline: ['未连接', 'offline'],
  drill: ['演练', 'EXERCISE'], more: ['还有', 'more:'], typed: ['请输入级别以确认', 'Type the colour to confirm'],
  why: ['理由', 'Reason'], who: ['参加会商人员（逗号分隔）', 'Who took part (separate by commas)'],
  yellow: ['黄色', 'yellow'], orange: ['橙色', 'orange'], red: ['红色', 'red'], blue: ['蓝色', 'blue'],
};
let english = false;
let token = sessionStorage.getItem('qingkong-token') || '';
let lastEvent = '';
const say = (key) => (words[key] ? words[key][english ? 1 : 0] : key);

// An element with text and children; never innerHTML.
function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  Object.assign(made, properties);
  for (const child of children) made.append(child);
  return made;
}

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body) {
    headers['Content-Type'] = 'application/json';
    headers['Idempotency-Key'] = crypto.randomUUID();
  }
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const json = (answer.headers.get('Content-Type') || '').includes('json');
  const value = json ? await answer.json() : await answer.text();
  if (!answer.ok) {
    const faults = (value.faults || []).map((fault) => fault.text).join('\n');
    throw new Error(`${value.title || answer.status}\n${faults}`);
  }
  return value;
}

function note(text) {
  $('notice').textContent = text;
  if (text) setTimeout(() => { if ($('notice').textContent === text) $('notice').textContent = ''; }, 12000);
}

const shortTime = (iso) => (iso ? iso.slice(0, 16).replace('T', ' ') : '—');
const pill = (colour) => element('span', { className: `pill ${colour || ''}`, textContent: colour ? say(colour) : '—' });

function table(heads, rows) {
  const head = element('tr', {}, ...heads.map((text) => element('th', { textContent: text })));
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
}
const row = (...cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell instanceof Node ? cell : String(cell ?? '—'))));

// It is hard to do the wrong thing: the colour is typed, not clicked.
async function act(warning, action, title) {
  const change = warning.pending || {};
  const body = { generation: warning.generation };
  if (action === 'sign') {
    const typed = prompt(`${say('typed')}: ${say(change.colour)} / ${change.colour}`);
    if (typed === null) return;
    if (typed !== change.colour && typed !== say(change.colour)) return note(english ? 'Not the same colour: nothing was done.' : '级别不一致，未作任何操作。');
  }
  if (action === 'consult') {
    const who = prompt(say('who'));
    if (!who) return;
    body.participants = who.split(/[,，、]/).map((name) => ({ name: name.trim(), unit: '' }));
    body.summary = prompt(say('why')) || '';
  }
  if (action !== 'sign') {
    body.reason = action === 'consult' ? body.summary : prompt(say('why'));
    if (body.reason === null) return;
  }
  try {
    await call('POST', `/api/v1/warnings/${encodeURIComponent(warning.id)}/${action}`, body);
    note(`${title}: ✓`);
  } catch (error) {
    note(error.message);
  }
  refresh();
}

function openPage(html) {
  const url = URL.createObjectURL(new Blob([html], { type: 'text/html;charset=utf-8' }));
  window.open(url, '_blank', 'noopener');
}

function warningRow(warning) {
  const change = warning.pending;
  const actions = element('div', {});
  const button = (action, plain) => actions.append(element('button', {
    type: 'button', className: plain ? 'plain' : '', textContent: say(action), onclick: () => act(warning, action, say(action)),
  }), ' ');
  if (change) { button('consult', true); button('sign'); button('reject', true); }
  actions.append(element('button', { type: 'button', className: 'plain', textContent: say('report'), onclick: async () => {
    try { openPage(await call('GET', `/api/v1/warnings/${encodeURIComponent(warning.id)}/report?format=html`)); } catch (error) { note(error.message); }
  } }));
  const colour = pill(warning.colour);
  if (warning.exercise) { colour.classList.add('drill'); colour.append(` ${say('drill')}`); }
  const wait = change ? `${change.kind_zh || change.kind} → ${say(change.colour)}, ${say('wait')}: ${change.reason}` : '';
  return row(colour, warning.id, warning.standing_zh || warning.standing, shortTime(warning.effective_from), shortTime(warning.lifted_at), wait, actions);
}

async function showWarnings() {
  const page = await call('GET', '/api/v1/warnings?per_page=20');
  const heads = english ? ['Colour', 'Number', 'State', 'From', 'Lifted', 'Pending', ''] : ['级别', '编号', '状态', '生效', '解除', '待办', ''];
  $('warnings').replaceChildren(page.items.length ? table(heads, page.items.map(warningRow)) : element('p', { textContent: say('none') }));
  const open = page.items.filter((item) => item.segments.length && !item.lifted_at);
  $('now').replaceChildren(...(open.length
    ? open.map((item) => element('p', {}, pill(item.colour), ` ${item.standing_zh}  ${shortTime(item.effective_from)} → ${shortTime(item.expected_to)}`))
    : [element('p', { textContent: english ? 'No warning in force.' : '目前没有生效的预警。' })]));
}

function tile(title, value) {
  return element('div', { className: 'tile' }, element('b', { textContent: value }), title);
}

async function showOrders() {
  const counts = {};
  const states = ['none', 'received', 'accepted', 'executing', 'done', 'refused'];
  await Promise.all(states.map(async (state) => {
    counts[state] = (await call('GET', `/api/v1/orders?receipt_state=${state}&per_page=1`)).total;
  }));
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const tiles = element('div', { className: 'tiles' }, tile(say('orders'), total), tile(say('silent'), counts.none));
  for (const state of states.slice(1)) tiles.append(tile(say(state), counts[state]));
  $('orders').replaceChildren(tiles);
}

async function showCases() {
  const page = await call('GET', '/api/v1/cases?per_page=25');
  const heads = english ? ['Enterprise', 'Kind', 'State', 'Since', 'What'] : ['企业', '类别', '状态', '时间', '内容'];
  const rows = page.items.map((item) => row(item.enterprise, item.kind, item.state_zh || item.state, shortTime(item.opened_at), item.text));
  $('cases').replaceChildren(rows.length ? table(heads, rows) : element('p', { textContent: say('none') }));
  if (page.total > page.items.length) $('cases').append(element('p', { className: 'muted', textContent: `${say('more')} ${page.total - page.items.length}` }));
}

let refreshing = false;
let again = false;
async function refresh() {
  if (refreshing) { again = true; return; }
  refreshing = true;
  try {
    await Promise.all([showWarnings(), showOrders(), showCases()]);
  } catch (error) {
    note(error.message);
  }
  refreshing = false;
  if (again) { again = false; setTimeout(refresh, 1000); }
}

function showEvent(text) {
  const fields = Object.fromEntries(text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
  if (!fields.data) return;
  lastEvent = fields.id || lastEvent;
  const event = JSON.parse(fields.data);
  $('clock').textContent = shortTime(event.at);
  const detail = event.data && (event.data.text || event.data.warning || event.data.enterprise || '');
  $('events').prepend(element('li', { textContent: `${shortTime(event.at)}  ${event.kind}  ${detail}` }));
  while ($('events').children.length > 60) $('events').lastChild.remove();
  refresh();
}

// EventSource cannot carry a token, so the stream is read by hand and taken up again where it broke.
async function follow() {
  for (;;) {
    try {
      const headers = { Authorization: `Bearer ${token}` };
      if (lastEvent) headers['Last-Event-ID'] = lastEvent;
      const answer = await fetch('/api/v1/events', { headers });
      if (!answer.ok) throw new Error(String(answer.status));
      $('link').className = 'pill up';
      $('link').textContent = say('online');
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const parts = (rest + value).split('\n\n');
        rest = parts.pop();
        parts.forEach(showEvent);
      }
    } catch (error) { /* shown as offline below, then tried again */ }
    $('link').className = 'pill';
    $('link').textContent = say('offline');
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

async function enter() {
  try {
    await call('GET', '/api/v1/warnings?per_page=1');
  } catch (error) {
    $('login-error').textContent = error.message;
    sessionStorage.removeItem('qingkong-token');
    return;
  }
  sessionStorage.setItem('qingkong-token', token);
  $('login').hidden = true;
  $('desk').hidden = false;
  refresh();
  follow();
}

$('login').addEventListener('submit', (event) => {
  event.preventDefault();
  token = $('token').value.trim();
  $('token').value = '';
  enter();
});
$('language').addEventListener('click', () => {
  english = !english;
  document.documentElement.lang = english ? 'en' : 'zh-CN';
  $('language').textContent = english ? '中文' : 'English';
  for (const item of document.querySelectorAll('[data-en]')) {
    const other = item.textContent;
    item.textContent = item.dataset.en;
    item.dataset.en = other;
  }
  if (token && !$('desk').hidden) refresh();
});
if (token) enter();
