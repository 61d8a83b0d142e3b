// Pieces of the page. Everything that came from the daemon enters as text, never as markup.
import { say, isEnglish } from './words.js';

export const $ = (id) => document.getElementById(id);

export function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  Object.assign(made, properties);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

export const text = (tag, content, className = '') => element(tag, { textContent: content, className });

export function button(label, onclick, className = '') {
  return element('button', { type: 'button', textContent: label, onclick, className });
}

// "2015-12-07T18:00:00+08:00" as the region's clock shows it.
export const shortTime = (iso) => (iso ? iso.slice(0, 16).replace('T', ' ') : '—');
export const dayAndTime = (iso) => (iso ? `${Number(iso.slice(5, 7))}/${Number(iso.slice(8, 10))} ${iso.slice(11, 16)}` : '—');

const kColours = ['blue', 'yellow', 'orange', 'red'];
export function pill(colour, exercise = false) {
  const made = text('span', colour ? say(colour) : '—', `pill ${kColours.includes(colour) ? colour : 'grey'}`);
  if (exercise) made.append(' ', text('b', say('drill'), 'drill'));
  return made;
}

export function table(heads, rows) {
  const head = element('tr', {}, ...heads.map((name) => text('th', name)));
  const body = rows.map((cells) => {
    const row = element('tr', {});
    cells.forEach((cell, at) => {
      const made = element('td', {}, cell instanceof Node ? cell : String(cell ?? '—'));
      made.dataset.head = heads[at];
      row.append(made);
    });
    return row;
  });
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
}

export const none = () => text('p', say('none'), 'muted');

export function tile(title, value, className = '') {
  return element('div', { className: `tile ${className}` }, text('b', String(value)), title);
}

export function fill(id, ...children) {
  $(id).querySelector(':scope > div').replaceChildren(...children);
}

export function note(message, isBad = false) {
  const box = $('notice');
  box.className = isBad ? 'bad' : '';
  box.textContent = message;
  clearTimeout(box.timer);
  box.timer = setTimeout(() => { box.textContent = ''; }, 15000);
}

export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    note(error.message, true);
    return undefined;
  }
}

export const numberText = (value, digits = 1) =>
  Number(value).toLocaleString(isEnglish() ? 'en' : 'zh-CN', { maximumFractionDigits: digits });
