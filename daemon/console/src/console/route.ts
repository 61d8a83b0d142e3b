// Where one is: #/warnings/ID/sign?x=y. The part behind the hash never leaves the browser, so every address works behind
// any proxy, and the back button is the browser's own.
import { computed, ref } from 'vue';

const hash = ref(location.hash);
window.addEventListener('hashchange', () => {
  hash.value = location.hash;
  window.scrollTo(0, 0);
});

export const path = computed(() => {
  const text = hash.value.replace(/^#\/?/, '').split('?')[0];
  return text
    ? text.split('/').map((one) => {
        try {
          return decodeURIComponent(one);
        } catch {
          return one;
        }
      })
    : ['now'];
});
export const query = computed(() => new URLSearchParams(hash.value.split('?')[1] || ''));

export const to = (...parts: (string | number)[]): string => `#/${parts.map((one) => encodeURIComponent(String(one))).join('/')}`;
export function go(address: string): void {
  location.hash = address;
}
// Changes the question behind the address without a step of the back button: what one types into a search.
export function ask(name: string, value: string): void {
  const all = new URLSearchParams(query.value);
  if (value) all.set(name, value);
  else all.delete(name);
  const text = all.toString();
  history.replaceState(null, '', `#/${path.value.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`);
  hash.value = location.hash;
}
