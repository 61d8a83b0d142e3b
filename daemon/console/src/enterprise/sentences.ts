// What an order asks, in sentences for whoever stands at the line. The words of the law (detail, reasons) come from the
// daemon and stay as they are.
import { instant, percent, span } from '@/shared/format';
import { say } from '@/shared/words';
import { lineName, now } from './own';

export interface Check {
  kind?: string;
  cut?: number;
  share?: number;
  per_day?: number;
  unit?: string;
  what?: string;
  hours?: number;
  mg_per_m3?: number;
  kg_per_d?: number;
  stages?: string[];
  keep_hot?: boolean;
  ramp_down_min?: number;
}
export interface Duty {
  id: string;
  line?: string | null;
  action: string;
  ratio: number;
  from: string;
  to: string | null;
  detail: string;
  verified_by: string;
  check?: Check;
  basis: { text: string; source?: string }[];
}
export interface SignedOrder {
  colour?: string | null;
  level?: string | null;
  legal_basis?: string;
  key?: string;
  signature?: string;
  obligations?: Duty[];
}

const whole = (): string => say('全厂', 'The whole plant');
export const placeOf = (duty: Duty): string => (duty.line ? lineName(duty.line) : whole());

export function sentenceOf(duty: Duty): string {
  const line = placeOf(duty);
  const share = duty.check?.cut ?? duty.ratio;
  switch (duty.action) {
    case 'stop':
      return say('{line}：停产', '{line}: stop production', { line });
    case 'limit_load':
      return share > 0
        ? say('{line}：限产{n}，用电不超过平时的{rest}', '{line}: cut the load by {n}, to at most {rest} of the usual power', {
            line,
            n: percent(share, 0),
            rest: percent(1 - share, 0),
          })
        : say('{line}：限产', '{line}: limit the load', { line });
    case 'limit_emission':
      return share > 0
        ? say('{line}：减排{n}', '{line}: cut emissions by {n}', { line, n: percent(share, 0) })
        : say('{line}：控制排放', '{line}: limit emissions', { line });
    case 'stop_process':
      return say('{line}：停止以下工序', '{line}: stop these processes', { line });
    case 'ban_vehicles':
      return say('{line}：限制车辆进出', '{line}: keep vehicles out', { line });
    default:
      return say('{line}：自主减排', '{line}: reduce by your own plan', { line });
  }
}
// How it is looked at, so that nobody is surprised by it.
export function proofOf(duty: Duty): string {
  const words: { [by: string]: string } = {
    power: say('按用电数据核验', 'shown by the power meters'),
    stack: say('按烟气在线监测核验', 'shown by the stack monitors'),
    gate: say('按门禁记录核验', 'shown by the gate record'),
    site: say('现场核查', 'looked at on site'),
  };
  return words[duty.verified_by] || '';
}
export interface Countdown {
  words: string;
  className: string;
}
export function countdownOf(duty: { from: string; to: string | null }): Countdown {
  const begin = instant(duty.from) - now.value;
  if (begin > 0) return { words: say('{t}后开始', 'begins in {t}', { t: span(begin) }), className: '' };
  if (!duty.to) return { words: say('已开始，结束另行通知', 'in force until further notice'), className: 'now' };
  const end = instant(duty.to) - now.value;
  if (end > 0) return { words: say('执行中，还有{t}结束', 'in force, {t} to go', { t: span(end) }), className: 'now' };
  return { words: say('已结束', 'over'), className: '' };
}
export function deadlineOf(at: string): Countdown {
  const left = instant(at) - now.value;
  if (left > 0) return { words: say('还剩{t}', '{t} left', { t: span(left) }), className: '' };
  return { words: say('已超时{t}', '{t} late', { t: span(-left) }), className: 'late' };
}
