// The air as the daemon assessed it: measured and forecast AQI against the limits of the standard, as curves.
import type { Curve, Limit, Stretch } from '@/shared/chart/scale';
import { dayAndTime, instant, kDay, kHour, offsetOf, shortTime } from '@/shared/format';
import { nameOf } from '@/shared/names';
import { say } from '@/shared/words';
import type { Situation, Warning } from '@/shared/wire';

const kForecastsDrawn = 5;

interface Series {
  source: string;
  issued_at: string;
  earlier: number;
  hours_as: string;
  first: string;
  aqi: (number | null)[];
  as_issued?: boolean; // beside the one that the rules take: as the forecaster sent it
}
interface Clause {
  id: string;
  colour: string;
  text?: string;
  legs: { aqi_above: number; hours: number }[];
}
export interface Standard {
  name?: string;
  source?: string;
  clauses?: Clause[];
}

export const standardOf = (situation: Situation): Standard => (situation.inputs.standard || {}) as Standard;

// Hourly values stand at their hour, daily ones for their whole day.
function pointsOf(series: Series, offset: number): { points: { at: number; value: number | null }[]; isDaily: boolean } {
  const isDaily = series.hours_as === 'natural-day';
  const first = isDaily ? Date.parse(`${series.first}T00:00:00Z`) - offset : instant(series.first);
  const step = isDaily ? kDay : kHour;
  const points = series.aqi.map((value, at) => ({ at: first + at * step, value }));
  if (isDaily && points.length) points.push({ at: first + series.aqi.length * kDay, value: points[points.length - 1].value });
  return { points, isDaily };
}

const forecastName = (series: Series): string =>
  series.earlier ? say('先前预报', 'earlier forecast') : series.as_issued ? say('预报原值', 'forecast as sent') : say('预报', 'forecast');

export function curvesOf(situation: Situation): Curve[] {
  const offset = offsetOf(situation.now);
  const now = instant(situation.now);
  const all = ((situation.inputs.series || []) as Series[])
    .slice()
    .sort((a, b) => instant(b.issued_at) - instant(a.issued_at))
    .slice(0, kForecastsDrawn);
  const curves: Curve[] = [];
  all.forEach((series, at) => {
    const { points, isDaily } = pointsOf(series, offset);
    // Hours that are over are observed whatever was forecast for them; of days, those before the issue.
    const turn = isDaily ? instant(series.issued_at) : now;
    if (at === 0)
      curves.push({
        name: say('实测', 'observed'),
        className: 'observed',
        isStep: isDaily,
        points: points.filter((point) => point.at <= turn),
      });
    curves.push({
      name: `${forecastName(series)} ${series.source} ${dayAndTime(series.issued_at)}`,
      className: `forecast f${at}`,
      isStep: isDaily,
      points: points.filter((point) => point.at + (isDaily ? kDay : kHour) > turn),
    });
  });
  return curves;
}

// Each limit that a clause uses, once; those of the clause that decided stand out in its colour.
export function limitsOf(situation: Situation): Limit[] {
  const decided = standardOf(situation).clauses?.find((one) => one.id === situation.assessment.proposal?.clause);
  const limits = new Map<number, string>();
  for (const clause of standardOf(situation).clauses || [])
    for (const leg of clause.legs) if (!limits.has(leg.aqi_above)) limits.set(leg.aqi_above, '');
  for (const leg of decided?.legs || []) limits.set(leg.aqi_above, decided!.colour);
  return [...limits].map(([value, className]) => ({ value, className, label: `> ${value}` }));
}

export function stretchesOf(situation: Situation): Stretch[] {
  const stretches: Stretch[] = [];
  for (const outlook of situation.outlooks.filter((one) => !one.earlier)) {
    for (const one of outlook.windows) {
      stretches.push({
        from: instant(one.from),
        to: instant(one.to),
        className: one.colour,
        label: `${say('预报窗口', 'forecast window')} ${nameOf(one.colour)}\n${shortTime(one.from)} – ${shortTime(one.to)}`,
      });
    }
  }
  for (const warning of [situation.warning, situation.drill]) {
    for (const segment of (warning as Warning | null)?.segments || []) {
      const end = segment.to || warning!.lifted_at || warning!.expected_to;
      stretches.push({
        bar: warning!.exercise ? 1 : 0,
        from: instant(segment.from),
        to: end ? instant(end) : Infinity,
        className: segment.colour,
        label: `${warning!.exercise ? say('演练', 'exercise') : say('生效预警', 'in force')} ${nameOf(segment.colour)}`,
      });
    }
  }
  return stretches;
}

// HJ 633: 50, 100, 150, 200, 300.
export const kBands = [0, 50, 100, 150, 200, 300].map((from, at, all) => ({ from, to: all[at + 1] ?? 500, className: `band${at}` }));
