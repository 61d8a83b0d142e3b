// The duty console: signs in, shows what the API tells, and follows the events. It reads and writes through
// /api/v1 and nothing else.
import { mayBeIn, setToken, takeSession, follow, unfollow } from './daemon.js';
import { hideLogin, leaveSession, showLogin, startLogin, whoAmI } from './login.js';
import { say, showLanguage, switchLanguage, isEnglish } from './words.js';
import { $, element, text, note, shortTime, dayAndTime } from './page.js';
import { closeDialog } from './dialog.js';
import { showSituation } from './situation.js';
import { showWarnings, showPlan } from './warnings.js';
import { showOrders } from './orders.js';
import { showCases } from './cases.js';
import { showSeason } from './season.js';
import { showPacks } from './packs.js';
import { showPeople } from './people.js';

const kEventsShown = 60;
const kInUseMs = 10 * 60 * 1000;  // a page that is open is in use: its session goes on
const kRefreshMs = 1500;  // however fast events come, the page is not read again more often
let me = null;
let situation = null;

// What each kind of event changes.
const kTouches = [
  [/^(forecast|observation|clock)/, ['situation', 'warnings']], [/^inventory/, ['situation', 'warnings', 'season']],
  [/^(warning|floor|prompt|notice|report)/, ['situation', 'warnings', 'orders']],
  [/^(receipt|refusal|phone|order)/, ['orders']], [/^(verdict|case)/, ['cases']], [/^(season|control)/, ['season', 'orders']],
  [/^pack/, ['packs', 'situation', 'warnings']],
];
const kParts = ['situation', 'warnings', 'orders', 'cases', 'season', 'packs', 'people'];
const stale = new Set();
let isRefreshing = false;

function banners(state) {
  $('region').textContent = state.region;
  $('clock').textContent = shortTime(state.now);
  $('drill').hidden = !state.drill;
  $('drill').textContent = say('drill_banner');
  $('samples').hidden = !state.samples.length;
  $('samples').querySelector('summary').textContent = say('sample_banner', { n: state.samples.length });
  $('samples').querySelector('ul').replaceChildren(...state.samples.map((one) => text('li', `${one.section}：${one.text}`)));
}

async function refresh(parts) {
  if (parts.has('situation') || !situation) {
    situation = await showSituation();
    banners(situation);
  }
  const work = [];
  if (parts.has('warnings')) work.push(showWarnings(me, situation).then(showPlan));
  if (parts.has('orders')) work.push(showOrders(me));
  if (parts.has('cases')) work.push(showCases(me));
  if (parts.has('season')) work.push(showSeason(me));
  if (parts.has('packs')) work.push(showPacks(me));
  if (parts.has('people')) work.push(showPeople(me, situation.now));
  await Promise.all(work);
}

async function refreshStale() {
  if (isRefreshing || !me || !stale.size) return;
  isRefreshing = true;
  const parts = new Set(stale);
  stale.clear();
  try {
    await refresh(parts);
  } catch (error) {
    if (error.status === 401) leave(say('bad_token'));
    else note(error.message, true);
  }
  document.body.dataset.refreshed = String(Number(document.body.dataset.refreshed || 0) + 1);
  setTimeout(() => { isRefreshing = false; refreshStale(); }, kRefreshMs);
}

function touch(...parts) {
  parts.forEach((one) => stale.add(one));
  refreshStale();
}

function eventWord(kind) {
  const word = say(`${kind}_event`);
  return word === `${kind}_event` ? kind : word;
}

function showEvent(kind, event) {
  if (kind === 'gap') {
    note(say('gap'));
    return touch(...kParts);
  }
  $('clock').textContent = shortTime(event.at);
  const data = event.data || {};
  const compliance = data.compliance && say(data.compliance);
  const detail = [compliance, data.warning, data.enterprise, data.colour && say(data.colour), data.state && say(`r_${data.state}`), data.person, data.reason]
    .filter((one) => one).join(' · ');
  const line = element('li', {}, text('time', dayAndTime(event.at)), ` ${eventWord(event.kind)} `, text('span', detail, 'muted'));
  line.dataset.kind = event.kind;
  $('events').querySelector('ol').prepend(line);
  while ($('events').querySelector('ol').children.length > kEventsShown) $('events').querySelector('ol').lastChild.remove();
  for (const [pattern, parts] of kTouches) if (pattern.test(event.kind)) touch(...parts);
  return undefined;
}

function showLink(isUp) {
  $('link').className = isUp ? 'pill up' : 'pill grey';
  $('link').dataset.word = isUp ? 'online' : 'offline';
  $('link').textContent = say($('link').dataset.word);
}

function leave(why = '') {
  unfollow();
  closeDialog();
  setToken('');
  me = null;
  situation = null;
  showLink(false);
  for (const id of ['pending', 'plan', ...kParts]) $(id).querySelector('div').replaceChildren();
  $('events').querySelector('ol').replaceChildren();
  for (const id of ['person', 'region', 'clock']) $(id).textContent = '';
  for (const id of ['work', 'leave', 'drill', 'samples']) $(id).hidden = true;
  showLogin(why);
}

function showPerson() {
  $('person').textContent = me ? `${me.name} · ${(isEnglish() ? me.roles : me.roles_zh).join('、')}` : '';
}

async function enter() {
  try {
    me = await whoAmI();
    takeSession(me);
  } catch (error) {
    return leave(error.status === 401 ? say('bad_token') : error.message);
  }
  showPerson();
  hideLogin();
  for (const id of ['work', 'leave']) $(id).hidden = false;
  touch(...kParts);
  // A token that was taken away leads out, also where nothing happens that would be read again.
  const ended = await follow(showEvent, showLink);
  return ended === 401 ? leave(say('bad_token')) : undefined;
}

$('leave').addEventListener('click', async () => {
  await leaveSession();
  leave();
});
$('language').addEventListener('click', () => {
  switchLanguage();
  showPerson();
  if (me) touch(...kParts);
});
showLanguage();
setInterval(() => { if (me) whoAmI().catch(() => {}); }, kInUseMs);
if (!startLogin(enter) && mayBeIn()) enter();
