// Accounts, for those who answer for them: roles, until when each is good, when and from where it was last used.
import { get } from './daemon.js';
import { say, isEnglish } from './words.js';
import { $, element, text, table, button, fill, attempt, shortTime } from './page.js';

const kReaders = ['admin', 'auditor'];
const kPeopleShown = 20;
let page = 1;

function rowOf(person, now) {
  const isGood = person.state === 'good';
  const soon = person.expires && Date.parse(person.expires) - Date.parse(now) < 30 * 24 * 3600000;
  return [`${person.name}（${person.id}）`, (isEnglish() ? person.roles : person.roles_zh).join('、'), person.region || say('whole_region'),
    text('span', say(`account_${person.state}`), isGood ? 'good' : 'bad'),
    text('span', person.expires ? person.expires.slice(0, 10) : say('never_expires'), soon ? 'bad' : person.expires ? '' : 'muted'),
    person.last_use ? shortTime(person.last_use) : text('span', say('never_used'), 'muted'), person.last_remote || '—'];
}

export async function showPeople(me, now) {
  const mayRead = kReaders.some((role) => me.roles.includes(role));
  $('people').hidden = !mayRead;
  if (!mayRead) return undefined;
  const list = await get(`/api/v1/people?per_page=${kPeopleShown}&page=${page}`);
  if (page > 1 && page > list.pages) { page = 1; return showPeople(me, now); }
  const heads = [say('account'), say('roles'), say('county'), say('state'), say('expires'), say('last_use'), say('last_remote')];
  const turn = (by) => { page += by; attempt(() => showPeople(me, now)); };
  return fill('people', table(heads, list.items.map((person) => rowOf(person, now))),
    element('div', { className: 'actions' }, button(say('read_again'), () => attempt(() => showPeople(me, now)), 'plain'),
      page > 1 ? button(say('page_prev'), () => turn(-1), 'plain') : '', list.pages > 1 ? text('span', `${page} / ${list.pages}`, 'muted') : '',
      page < list.pages ? button(say('page_next'), () => turn(1), 'plain') : ''));
}
