// Chinese first, English whole: both stand where they are used. Words of the law (levels, legal texts, names) come
// from the daemon and stay as they are.
import { ref } from 'vue';

const kKey = 'qingkong-language';
const english = ref(localStorage.getItem(kKey) === 'en');

export const isEnglish = (): boolean => english.value;
// {names} are filled from `values`.
export function say(zh: string, en: string, values: { [name: string]: unknown } = {}): string {
  return (english.value ? en : zh).replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
export function setLanguage(isEnglishNow: boolean): void {
  english.value = isEnglishNow;
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
document.documentElement.lang = english.value ? 'en' : 'zh-CN';
