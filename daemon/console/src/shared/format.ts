// Times as the region's clock shows them, and numbers. The daemon writes its offset with every time; the browser's own
// zone never enters.
import { isEnglish, say } from './words';

export const kMinute = 60000;
export const kHour = 3600000;
export const kDay = 24 * kHour;

export const instant = (iso: string): number => Date.parse(iso);
export function offsetOf(iso: string | undefined): number {
  const found = /([+-])(\d\d):(\d\d)$/.exec(iso || '');
  return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * kMinute : 0;
}
// Whose clock the times of a screen are: said once on each.
export function zoneName(offset: number): string {
  if (offset === 8 * kHour) return say('北京时间 UTC+8', 'Beijing time, UTC+8');
  const minutes = Math.round(Math.abs(offset) / kMinute);
  const rest = minutes % 60 ? `:${String(minutes % 60).padStart(2, '0')}` : '';
  return `UTC${offset < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest}`;
}
// "2015-12-07 18:00"
export const shortTime = (iso: string | null | undefined): string => (iso ? iso.slice(0, 16).replace('T', ' ') : '—');
export const dayAndTime = (iso: string | null | undefined): string => {
  if (!iso) return '—';
  const [month, day, time] = [Number(iso.slice(5, 7)), Number(iso.slice(8, 10)), iso.slice(11, 16)];
  return isEnglish() ? `${month}/${day} ${time}` : `${month}月${day}日 ${time}`;
};
// The first letter of a sentence; Chinese has none.
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
// An instant of `offset` as the daemon would write it.
export function isoAt(at: number, offset: number): string {
  const sign = offset < 0 ? '-' : '+';
  const minutes = Math.abs(offset) / kMinute;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${new Date(at + offset).toISOString().slice(0, 19)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
// How long, in the two largest units.
export function span(ms: number): string {
  const minutes = Math.max(0, Math.round(Math.abs(ms) / kMinute));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return say('{d}天{h}小时', '{d} d {h} h', { d: days, h: hours });
  if (hours > 0) return rest ? say('{h}小时{m}分', '{h} h {m} min', { h: hours, m: rest }) : say('{h}小时', '{h} h', { h: hours });
  return say('{m}分钟', '{m} min', { m: rest });
}
export const count = (value: number, digits = 1): string =>
  Number(value).toLocaleString(isEnglish() ? 'en' : 'zh-CN', { maximumFractionDigits: digits });
export const percent = (share: number, digits = 1): string => `${count(share * 100, digits)}%`;
