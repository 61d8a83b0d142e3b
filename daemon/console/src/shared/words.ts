// Chinese first, English whole: both stand where they are used. What comes from the daemon goes through Said.vue.
import { ref, shallowRef } from 'vue';

const kKey = 'qingkong-language';
const english = ref(localStorage.getItem(kKey) === 'en');

export const isEnglish = (): boolean => english.value;
// {names} are filled from `values`; {n:order is|orders are} takes the first where n is one.
export function say(zh: string, en: string, values: { [name: string]: unknown } = {}): string {
  return (english.value ? en : zh)
    .replace(/\{(\w+):([^|}]*)\|([^}]*)\}/g, (_, name: string, one: string, many: string) => (Number(values[name]) === 1 ? one : many))
    .replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
const known = shallowRef<((text: string) => string) | null>(null);
async function readEnglish(): Promise<void> {
  known.value ??= (await import('./english')).inEnglish;
}
// Points between what is put together.
const kMarks: { [zh: string]: string } = { '：': ': ', '（': ' (', '）': ')', '；': '; ', '、': ', ', '，': ', ' };
export const mark = (zh: string): string => (english.value ? (kMarks[zh] ?? zh) : zh);
export function setLanguage(isEnglishNow: boolean): void {
  english.value = isEnglishNow;
  if (isEnglishNow) void readEnglish().catch(() => undefined);
  localStorage.setItem(kKey, isEnglishNow ? 'en' : 'zh');
  document.documentElement.lang = isEnglishNow ? 'en' : 'zh-CN';
}
// The daemon says some things in both languages, "中文 / English".
export function half(text: string | undefined | null): string {
  if (!text) return '';
  const cut = text.indexOf(' / ');
  if (cut < 0) return text;
  return english.value ? text.slice(cut + 3) : text.slice(0, cut);
}
// What the daemon said, in the words of the screen.
export function put(text: string | undefined | null): string {
  const said = half(text);
  return english.value && known.value ? known.value(said) : said;
}
if (english.value) void readEnglish().catch(() => undefined);
document.documentElement.lang = english.value ? 'en' : 'zh-CN';
