// Where things stand: the air that was measured and the air that is forecast, against the thresholds; what
// is in force, and what the daemon makes of it.
import { get } from './daemon.js';
import { say, told } from './words.js';
import { element, text, table, pill, fill, shortTime, dayAndTime } from './page.js';
import { timeChart, legend, instant, offsetOf, kHour, kDay } from './chart.js';

const kDaysBack = 4;
const kForecastsDrawn = 6;
const kLeastTop = 250;

// A series as points: hourly values stand at their hour, daily ones for their whole day.
function pointsOf(series, offset) {
  const isDaily = series.hours_as === 'natural-day';
  const first = isDaily ? Date.parse(`${series.first}T00:00:00Z`) - offset : instant(series.first);
  const step = isDaily ? kDay : kHour;
  const points = series.aqi.map((value, at) => ({ at: first + at * step, value }));
  if (isDaily && points.length) points.push({ at: first + series.aqi.length * kDay, value: points[points.length - 1].value });
  return { points, isDaily };
}

function curvesOf(situation, now, offset) {
  const all = situation.inputs.series.slice()
    .sort((a, b) => instant(b.issued_at) - instant(a.issued_at)).slice(0, kForecastsDrawn);
  const curves = [];
  all.forEach((series, at) => {
    const { points, isDaily } = pointsOf(series, offset);
    // Hours that are over are observed whatever was forecast for them; of days, those before the issue. They
    // are the same in every series, so drawn once.
    const turn = isDaily ? instant(series.issued_at) : now;
    if (at === 0) {
      curves.push({ name: say('observed'), className: 'observed', isStep: isDaily, points: points.filter((point) => point.at <= turn) });
    }
    curves.push({ name: `${say(series.earlier ? 'earlier' : 'forecast')} ${series.source} ${dayAndTime(series.issued_at)}`, className: `forecast f${at}`,
      isStep: isDaily, points: points.filter((point) => point.at + (isDaily ? kDay : kHour) > turn) });
  });
  return curves;
}

// Each limit that a clause of the standard uses, once.
function thresholdsOf(standard) {
  const limits = (standard.clauses || []).flatMap((clause) => clause.legs.map((leg) => leg.aqi_above));
  return [...new Set(limits)].map((value) => ({ value, label: `> ${value}` }));
}

function clausesOf(standard) {
  return element('ul', { className: 'clauses' }, ...(standard.clauses || []).map((clause) =>
    element('li', {}, pill(clause.colour), ` ${clause.text || clause.legs.map((leg) => `AQI > ${leg.aqi_above}, ${leg.hours} h`).join('; ')}`)));
}

// Of each source the forecast that counts; the ones before it show how it changed its mind.
const newest = (situation) => situation.outlooks.filter((outlook) => !outlook.earlier);

function windowsOf(situation, running) {
  const windows = [];
  for (const outlook of newest(situation)) {
    for (const window of outlook.windows) {
      windows.push({ from: instant(window.from), to: instant(window.to), className: window.colour,
        label: `${say('forecast_window')} ${say(window.colour)} ${shortTime(window.from)} – ${shortTime(window.to)}` });
    }
  }
  for (const warning of running) {
    for (const segment of warning.segments) {
      windows.push({ bar: warning.exercise ? 1 : 0, from: instant(segment.from), className: segment.colour,
        to: segment.to || warning.lifted_at || warning.expected_to ? instant(segment.to || warning.lifted_at || warning.expected_to) : Infinity,
        label: `${warning.exercise ? say('drill') : say('in_force')} ${say(segment.colour)} ${shortTime(segment.from)} – ${segment.to ? shortTime(segment.to) : ''}` });
    }
  }
  return windows;
}

function chartOf(situation, running) {
  const now = instant(situation.now);
  const offset = offsetOf(situation.now);
  const curves = curvesOf(situation, now, offset);
  const ends = curves.flatMap((curve) => curve.points.map((point) => point.at));
  const chart = timeChart({
    title: say('aqi'), unit: 'AQI', offset, curves, leastTop: kLeastTop,
    from: now - kDaysBack * kDay, to: Math.max(now + kDay, ...ends),
    thresholds: thresholdsOf(situation.inputs.standard), windows: windowsOf(situation, running),
    marks: [{ at: now, label: say('now') }],
  });
  const keys = curves.map((curve) => ({ name: curve.name, className: curve.className, kind: 'line' }));
  for (const colour of ['blue', 'yellow', 'orange', 'red']) {
    const shown = newest(situation).some((outlook) => outlook.windows.some((window) => window.colour === colour));
    if (shown) keys.push({ name: `${say('forecast_window')} ${say(colour)}`, className: colour, kind: 'window' });
  }
  for (const warning of running) {
    keys.push({ name: say(warning.exercise ? 'drill' : 'in_force'), className: warning.colour, kind: 'bar' });
  }
  return element('figure', {}, text('figcaption', `${say('aqi')} · ${situation.standard}`), chart, legend(keys),
    clausesOf(situation.inputs.standard));
}

function runningLine(warning) {
  const until = warning.expected_to ? shortTime(warning.expected_to) : say('later');
  return element('p', { className: 'running' }, pill(warning.colour, warning.exercise), ` ${told(warning, 'standing')} · ${warning.id} · `,
    `${shortTime(warning.effective_from)} → ${until}`);
}

function forecastTable(situation) {
  const heads = [say('source'), say('issued'), say('state'), say('known'), say('windows')];
  return table(heads, situation.outlooks.map((outlook) => [
    outlook.earlier ? `${outlook.source}（${say('earlier')}）` : outlook.source, shortTime(outlook.issued_at), outlook.fresh ? say('fresh') : text('span', say('stale'), 'bad'),
    shortTime(outlook.known_until),
    element('span', {}, ...outlook.windows.flatMap((window) => [pill(window.colour), ` ${dayAndTime(window.from)} – ${dayAndTime(window.to)} `])),
  ]));
}

// How many of the forecasts call for each colour, day by day; a source counts once however many members it has.
function chanceTable(situation) {
  const colours = ['blue', 'yellow', 'orange', 'red'].filter((colour) => situation.chances.some((chance) => colour in chance.at_least));
  const heads = [say('chances'), ...colours.map((colour) => `≥ ${say(colour)}`), say('source')];
  return table(heads, situation.chances.map((chance) => [
    chance.day, ...colours.map((colour) => `${Math.round(100 * chance.at_least[colour])} %`), chance.sources,
  ]));
}

// What the daemon makes of it, with its reasons one by one.
export function assessmentOf(assessment, isBrief = false) {
  const box = element('div', { className: 'assessment' }, element('p', {}, text('b', `${say('finding')}：`), assessment.reason));
  if (assessment.missing.length) box.append(element('p', { className: 'bad' }, `${say('missing')}：${assessment.missing.join('；')}`));
  const proposal = assessment.proposal;
  if (!proposal || isBrief) return box;
  const agree = say('agree', { n: proposal.agree[proposal.colour], m: proposal.of });
  box.append(element('p', {}, text('b', `${say('proposal')}：`), `${say(proposal.kind)} `, pill(proposal.colour),
    ` ${shortTime(proposal.from)} → ${proposal.expected_to ? shortTime(proposal.expected_to) : say('later')} · ${agree}`));
  if (proposal.clause_text) box.append(text('p', `${say('clause')}：${proposal.clause_text}`));
  box.append(element('ul', {}, ...proposal.reasons.map((reason) => text('li', reason.source ? `${reason.text}（${reason.source}）` : reason.text))));
  return box;
}

export async function showSituation() {
  const situation = await get('/api/v1/situation');
  const running = [situation.warning, situation.drill].filter((warning) => warning && warning.segments.length && !warning.lifted_at);
  const lines = running.length ? running.map(runningLine) : [text('p', say('no_warning'), 'muted')];
  // What waits for a signature tells its reasons itself.
  const isTold = [situation.warning, situation.drill].some((warning) => warning && warning.pending);
  fill('situation', ...lines, assessmentOf(situation.assessment, isTold), chartOf(situation, running),
    situation.outlooks.length ? forecastTable(situation) : '', situation.chances.length ? chanceTable(situation) : '');
  return situation;
}
