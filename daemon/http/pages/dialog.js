// Questions and details in the one dialog of the page.
import { say } from './words.js';
import { $, element, text, button } from './page.js';

function frame(title, ...children) {
  const dialog = $('dialog');
  dialog.replaceChildren(element('h2', { id: 'dialog-title', textContent: title }), ...children);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  return dialog;
}

export function closeDialog() { if ($('dialog').open) $('dialog').close(); }

export function showDetails(title, ...children) {
  frame(title, ...children, element('div', { className: 'actions' }, button(say('close'), closeDialog, 'plain')));
}

function input(field) {
  if (field.options) {
    return element('select', { name: field.name },
      ...field.options.map(([value, name]) => element('option', { value, textContent: name })));
  }
  if (field.type === 'area') return element('textarea', { name: field.name, rows: 3, required: !!field.required, maxLength: 4000 });
  if (field.type === 'file') return element('input', { name: field.name, type: 'file', required: !!field.required, accept: field.accept || '' });
  return element('input', { name: field.name, type: field.type || 'text', required: !!field.required, autocomplete: 'off',
    maxLength: 4000, placeholder: field.placeholder || '' });
}

// Asks for `fields`; gives their values, or null when it was cancelled. `typed`: the words of which one has to
// be typed before the deed can be done; it is hard to do the wrong thing.
export function ask({ title, intro = [], fields = [], act, typed = null }) {
  return new Promise((resolve) => {
    const form = element('form', { method: 'dialog' });
    form.append(...intro);
    for (const field of fields) {
      const made = input(field);
      form.append(field.type === 'checkbox' ? element('label', { className: 'check' }, made, ` ${field.label}`)
        : element('label', {}, field.label, made));
    }
    const go = element('button', { type: 'submit', textContent: act, id: 'dialog-act' });
    if (typed) {
      const word = element('input', { id: 'dialog-typed', autocomplete: 'off' });
      go.disabled = true;
      word.addEventListener('input', () => { go.disabled = !typed.includes(word.value.trim()); });
      form.append(element('label', {}, say('typed', { word: typed[0] }), word));
    }
    form.append(element('div', { className: 'actions' }, button(say('cancel'), closeDialog, 'plain'), go));
    const dialog = frame(title, form);
    let values = null;
    form.addEventListener('submit', () => {
      values = Object.fromEntries([...form.elements].filter((one) => one.name)
        .map((one) => [one.name, one.type === 'checkbox' ? one.checked : one.type === 'file' ? one.files[0] : one.value.trim()]));
    });
    dialog.addEventListener('close', () => resolve(values), { once: true });
  });
}

export const paragraph = (content, className = '') => text('p', content, className);
