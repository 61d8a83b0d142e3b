// Orders and what came back: counts, and who is silent or refuses, with the telephone beside the name.
import { get, post, part } from './daemon.js';
import { say } from './words.js';
import { element, text, table, tile, button, fill, note, attempt, shortTime } from './page.js';
import { ask } from './dialog.js';

const kStates = ['none', 'received', 'accepted', 'executing', 'done', 'refused'];
const kNamed = 10;
const enterprises = new Map();

export async function enterpriseOf(id) {
  if (!enterprises.has(id)) {
    enterprises.set(id, await get(`/api/v1/enterprises/${part(id)}`).catch(() => ({ id, name: id, contact: '', phone: '', meters: [] })));
  }
  return enterprises.get(id);
}

const ordersPath = (state, size) => `/api/v1/orders?receipt_state=${part(state)}&per_page=${size}`;

async function recordCall(order, enterprise) {
  const values = await ask({
    title: `${say('call_done')} · ${enterprise.name}`, act: say('call_done'),
    fields: [{ name: 'state', label: say('state'), options: kStates.slice(1).map((state) => [state, say(`r_${state}`)]) },
      { name: 'by', label: say('by'), required: true }, { name: 'note', label: say('note') }],
  });
  if (!values) return;
  const done = await attempt(() => post(`/api/v1/orders/${part(order.enterprise)}/receipts`, { ...values, revision: order.revision }));
  if (done) note(`${say('call_done')}：${say('done')}`);
}

async function namedTable(title, page, me) {
  if (!page.total) return '';
  const mayCall = me.roles.some((role) => role === 'duty_officer' || role === 'county_officer');
  const rows = await Promise.all(page.items.map(async (order) => {
    // The addressee of an exercise is the enterprise by another name.
    const enterprise = await enterpriseOf(order.enterprise.replace(/^exercise:/, ''));
    return [order.exercise ? `【${say('drill')}】${enterprise.name}` : enterprise.name, enterprise.region || order.region, [enterprise.contact, enterprise.phone].filter((one) => one).join(' ') || '—',
      shortTime(order.issued_at), order.receipt_proof ? say(`p_${order.receipt_proof}`) : '', mayCall ? button(say('call_done'), () => recordCall(order, enterprise), 'plain') : ''];
  }));
  const heads = [say('enterprise'), say('county'), say('contact'), say('order_issued'), say('proof'), ''];
  const rest = page.total - page.items.length;
  return element('div', {}, text('h3', `${title}（${page.total}）`), table(heads, rows),
    rest > 0 ? text('p', `${say('more')} ${rest} ${say('items')}`, 'muted') : '');
}

export async function showOrders(me) {
  // What the broker refuses has no receipt either; it is asked for apart, so that nothing is counted twice.
  const aside = await get(ordersPath('set aside', kNamed));
  const pages = await Promise.all(kStates.map((state) => get(ordersPath(state, state === 'none' || state === 'refused' ? kNamed : 1))));
  const total = pages.reduce((sum, page) => sum + page.total, 0);
  const tiles = element('div', { className: 'tiles' }, tile(say('all_orders'), total));
  kStates.forEach((state, at) => {
    const isBad = (state === 'none' || state === 'refused') && pages[at].total > 0;
    tiles.append(tile(say(`r_${state}`), pages[at].total, isBad ? 'bad' : ''));
  });
  if (aside.total) tiles.append(tile(say('set_aside'), aside.total, 'bad'));
  fill('orders', tiles, await namedTable(say('set_aside'), aside, me), await namedTable(say('silent'), pages[0], me), await namedTable(say('refused'), pages[5], me));
}
