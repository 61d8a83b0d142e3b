// Signing in: with name, password and a one-time code; by a one-time link, which also sets both; or with a token.
import { get, closeSession, openSession, post, setToken, takeSession } from './daemon.js';
import { say } from './words.js';
import { $ } from './page.js';

const kForms = ['sign-in', 'login', 'set-up'];
let enter = null;
let link = '';

export function showLogin(why = '') {
  for (const id of ['sign-in', 'login']) $(id).hidden = false;
  $('set-up').hidden = true;
  $('login-error').textContent = why;
}

export function hideLogin() {
  for (const id of kForms) $(id).hidden = true;
  $('login-error').textContent = '';
}

export async function leaveSession() {
  try {
    await closeSession();
  } catch {
    // It has ended already, or the daemon is away: then it ends by itself.
  }
}

const take = (form) => {
  const values = Object.fromEntries([...form.elements].filter((one) => one.name).map((one) => [one.name, one.value]));
  for (const one of form.elements) if (one.type === 'password' || one.name === 'code') one.value = '';
  return values;
};

async function tryIt(work) {
  $('login-error').textContent = '';
  try {
    takeSession(await work());
  } catch (error) {
    $('login-error').textContent = error.message;
    return;
  }
  enter();
}

async function showSetUp() {
  for (const id of ['sign-in', 'login']) $(id).hidden = true;
  try {
    const shown = await post('/api/v1/links/look', { link });
    if (shown.kind === 'login') {
      await tryIt(() => openSession('/api/v1/links/use', { link }));
      return;
    }
    $('set-up-who').textContent = say('set_up_who', { name: shown.name, id: shown.id, n: shown.password_least });
    $('set-up-secret').textContent = shown.code_secret.match(/.{1,4}/g).join(' ');
    $('set-up-address').href = shown.code_address;
    $('set-up-code').required = shown.needs_code;
    $('set-up-account').value = shown.id;
    $('set-up').hidden = false;
  } catch (error) {
    showLogin(error.message);
  }
}

// `done` is called when somebody is in.
export function startLogin(done) {
  enter = done;
  $('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    const values = take($('sign-in'));
    tryIt(() => openSession('/api/v1/session', { id: values.id.trim(), password: values.password, code: values.code.trim() }));
  });
  $('login').addEventListener('submit', (event) => {
    event.preventDefault();
    setToken($('token').value.trim());
    $('token').value = '';
    enter();
  });
  $('set-up').addEventListener('submit', (event) => {
    event.preventDefault();
    const values = take($('set-up'));
    if (values.password !== values.again) {
      $('login-error').textContent = say('not_the_same');
      return;
    }
    tryIt(() => openSession('/api/v1/links/use', { link, password: values.password, code: values.code.trim() }));
  });
  // The secret of a link stands behind its #, so that it is in no log of a proxy; nor is it to stay in the history.
  const found = /[#&]link=([0-9a-f]{64})/.exec(window.location.hash);
  if (!found) return false;
  [, link] = found;
  window.history.replaceState(null, '', window.location.pathname);
  showSetUp();
  return true;
}

export const whoAmI = () => get('/api/v1/session');
