// What is in force, in one sentence that never scrolls away.
import { capital, dayAndTime, instant, kHour } from '@/shared/format';
import { levelOf, nameOf, told } from '@/shared/names';
import { mark, say } from '@/shared/words';
import type { Warning } from '@/shared/wire';
import { desk, now } from './desk';

export interface StateSentence {
  text: string;
  className: string;
  warning: string;
}

function running(warning: Warning, prefix: string): string {
  const colour = `${prefix}${nameOf(warning.colour)}${say('预警', ' warning')}`;
  const end = warning.expected_to
    ? say('预计{t}解除', 'expected to end {t}', { t: dayAndTime(warning.expected_to) })
    : say('解除时间另行通知', 'until further notice');
  const from = warning.effective_from ? instant(warning.effective_from) : 0;
  if (warning.standing === 'suspended' || !warning.mandatory)
    return `${colour}${say('（仅健康提示）', ' (advice only)')}${mark('，')}${end}`;
  if (from > now())
    return `${colour}${say('已发布，{t}生效', ' issued, in force from {t}', { t: dayAndTime(warning.effective_from) })}${mark('，')}${end}`;
  const hours = Math.floor((now() - from) / kHour) + 1;
  return `${colour}${say('生效中 第{n}小时', ' in force, hour {n}', { n: hours })}${mark('，')}${end}`;
}

export function sentences(): StateSentence[] {
  const situation = desk.situation;
  if (!situation) return [];
  const list: StateSentence[] = [];
  for (const [warning, prefix] of [
    [situation.warning, ''],
    [situation.drill, say('演练：', 'EXERCISE: ')],
  ] as [Warning | null, string][]) {
    if (!warning) continue;
    const isDrill = warning.exercise;
    if (warning.segments.length && !warning.lifted_at) {
      list.push({
        text:
          running(warning, prefix) +
          (warning.pending
            ? `${mark('；')}${say('待办：', 'pending: ')}${told(warning.pending, 'kind')}${say('', ' ')}${nameOf(warning.pending.colour)}`
            : ''),
        className: isDrill ? 'drill' : warning.colour || '',
        warning: warning.id,
      });
    } else if (warning.pending) {
      list.push({
        text: `${prefix}${say('建议', 'proposed: ')}${told(warning.pending, 'kind')}${say('', ' ')}${nameOf(warning.pending.colour)}${say('预警', ' warning')}${mark('（')}${levelOf(warning.pending.colour)}${mark('）')}${warning.pending.stage === 'proposed' ? '' : mark('，') + told(warning.pending, 'stage')}`,
        className: isDrill ? 'drill' : 'waits',
        warning: warning.id,
      });
    }
  }
  if (!list.some((one) => one.className !== 'drill'))
    list.unshift({ text: say('目前没有生效的预警', 'No warning in force'), className: 'calm', warning: '' });
  return list.map((one) => ({ ...one, text: capital(one.text) }));
}
