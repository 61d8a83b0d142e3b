// Charts as inline SVG, made of elements: curves over time with thresholds and windows, and bars.
const kSvg = 'http://www.w3.org/2000/svg';
const kHour = 3600000;
const kDay = 24 * kHour;
const kMargin = { left: 44, right: 14, top: 26, bottom: 26 };
const kThresholdRoom = 44;  // to the right of the plot, for their labels

export function mark(tag, attributes, ...children) {
  const made = document.createElementNS(kSvg, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const label = (x, y, content, attributes = {}) => mark('text', { x, y, ...attributes }, content);
const titled = (shape, content) => { shape.append(mark('title', {}, content)); return shape; };

// A civil clock without the browser's own zone: the offset is the one the daemon writes.
const offsetOf = (iso) => {
  const found = /([+-])(\d\d):(\d\d)$/.exec(iso || '');
  return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60000 : 0;
};

function roundStep(range) {
  const raw = range / 5;
  const size = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 2.5, 5, 10].find((times) => raw <= times * size * 1.0001) * size;
}

class Scale {
  constructor(options, width, height) {
    const values = options.curves.flatMap((curve) => curve.points.map((point) => point.value)).filter((value) => value !== null);
    const top = Math.max(options.leastTop || 1, ...values, ...(options.thresholds || []).map((one) => one.value)) * 1.05;
    Object.assign(this, { width, height, from: options.from, to: Math.max(options.to, options.from + kHour), offset: options.offset });
    this.step = roundStep(top);
    this.top = this.step * Math.ceil(top / this.step);
    this.left = kMargin.left;
    this.right = width - ((options.thresholds || []).length ? kThresholdRoom : kMargin.right);
    this.bottom = height - kMargin.bottom;
  }
  x(at) { return this.left + (this.right - this.left) * Math.min(1, Math.max(0, (at - this.from) / (this.to - this.from))); }
  y(value) { return this.bottom - (this.bottom - kMargin.top) * Math.min(1, Math.max(0, value / this.top)); }
}

function axes(scale, unit) {
  const group = mark('g', { class: 'axis' });
  for (let value = 0; value <= scale.top * 1.0001; value += scale.step) {
    const y = scale.y(value);
    group.append(mark('line', { x1: scale.left, x2: scale.right, y1: y, y2: y }),
      label(scale.left - 6, y + 4, String(Number(value.toPrecision(6))), { 'text-anchor': 'end' }));
  }
  group.append(label(scale.left - 6, kMargin.top - 12, unit, { 'text-anchor': 'end' }));
  const days = (scale.to - scale.from) / kDay;
  const room = (scale.right - scale.left) / 46;
  const every = days > 2 ? kDay * Math.ceil(days / room) : kHour * [1, 2, 3, 6, 12, 24].find((hours) => days * 24 / hours <= room || hours === 24);
  const first = Math.ceil((scale.from + scale.offset) / every) * every - scale.offset;
  for (let at = first; at <= scale.to; at += every) {
    const civil = new Date(at + scale.offset);
    const hour = civil.getUTCHours();
    const name = hour === 0 ? `${civil.getUTCMonth() + 1}/${civil.getUTCDate()}` : `${hour}:00`;
    group.append(mark('line', { x1: scale.x(at), x2: scale.x(at), y1: kMargin.top, y2: scale.bottom }),
      label(scale.x(at), scale.bottom + 16, name, { 'text-anchor': 'middle' }));
  }
  return group;
}

function windowMarks(scale, windows) {
  const group = mark('g', {});
  for (const window of windows) {
    if (window.to <= scale.from || window.from >= scale.to) continue;
    const x = scale.x(window.from);
    const width = Math.max(1.5, scale.x(window.to) - x);
    const shape = window.bar === undefined
      ? mark('rect', { x, width, y: kMargin.top, height: scale.bottom - kMargin.top, class: `window ${window.className}` })
      : mark('rect', { x, width, y: kMargin.top + 2 + window.bar * 9, height: 6, class: `bar ${window.className}` });
    group.append(titled(shape, window.label));
  }
  return group;
}

// The points of the picture; of steps also the one that still holds at its left edge.
function within(scale, curve) {
  const first = curve.points.findIndex((point) => point.at >= scale.from);
  const from = curve.isStep && first > 0 ? first - 1 : first;
  return first < 0 ? [] : curve.points.slice(from).filter((point) => point.at <= scale.to);
}

// A path that breaks where a value is missing; steps hold each value until the next point.
function pathOf(scale, curve) {
  let path = '';
  let isDown = false;
  let lastY = 0;
  for (const point of within(scale, curve)) {
    if (point.value === null) { isDown = false; continue; }
    const x = scale.x(point.at).toFixed(1);
    const y = scale.y(point.value).toFixed(1);
    if (isDown && curve.isStep) path += `L${x} ${lastY}`;
    path += `${isDown ? 'L' : 'M'}${x} ${y}`;
    isDown = true;
    lastY = y;
  }
  return path;
}

function thresholdMarks(scale, thresholds) {
  const group = mark('g', {});
  let lastY = Infinity;
  for (const one of [...thresholds].sort((a, b) => a.value - b.value)) {
    const y = scale.y(one.value);
    group.append(mark('line', { x1: scale.left, x2: scale.right, y1: y, y2: y, class: 'threshold' }));
    lastY = Math.min(y + 4, lastY - 11);
    group.append(label(scale.right + 3, lastY, one.label, { class: 'threshold' }));
  }
  return group;
}

// { title, unit, from, to, offset, curves: [{name, className, points, isStep}], thresholds, windows, marks }
export function timeChart(options) {
  const isNarrow = window.innerWidth < 640;
  const width = isNarrow ? 400 : 760;
  const height = isNarrow ? 220 : 240;
  const scale = new Scale(options, width, height);
  const picture = mark('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': options.title, class: 'chart' });
  picture.append(windowMarks(scale, (options.windows || []).filter((one) => one.bar === undefined)), axes(scale, options.unit));
  for (const curve of options.curves) {
    picture.append(titled(mark('path', { d: pathOf(scale, curve), class: `curve ${curve.className}` }), curve.name));
  }
  picture.append(thresholdMarks(scale, options.thresholds || []),
    windowMarks(scale, (options.windows || []).filter((one) => one.bar !== undefined)));
  for (const one of options.marks || []) {
    if (one.at < scale.from || one.at > scale.to) continue;
    const x = scale.x(one.at);
    picture.append(mark('line', { x1: x, x2: x, y1: kMargin.top, y2: scale.bottom, class: 'now' }),
      label(Math.min(x, scale.right - 26), kMargin.top - 4, one.label, { class: 'now', 'text-anchor': 'middle' }));
  }
  return picture;
}

export function legend(entries) {
  const list = document.createElement('ul');
  list.className = 'legend';
  for (const { name, className, kind } of entries) {
    const key = mark('svg', { viewBox: '0 0 24 10', class: 'key', 'aria-hidden': 'true' });
    key.append(kind === 'line' ? mark('line', { x1: 0, x2: 24, y1: 5, y2: 5, class: `curve ${className}` })
      : mark('rect', { x: 0, y: 1, width: 24, height: 8, class: `${kind} ${className}` }));
    const item = document.createElement('li');
    item.append(key, name);
    list.append(item);
  }
  return list;
}

export const instant = (iso) => Date.parse(iso);
export { offsetOf, kHour, kDay };

// Rows of { name, value, target, text, className }: a bar and a mark where the target lies.
export function bars(rows, title) {
  const kRow = 30;
  const top = Math.max(0.01, ...rows.flatMap((row) => [row.value, row.target || 0])) * 1.1;
  const picture = mark('svg', { viewBox: `0 0 560 ${rows.length * kRow + 6}`, role: 'img', 'aria-label': title, class: 'chart bars' });
  rows.forEach((row, at) => {
    const y = at * kRow + 6;
    const x = (value) => 70 + (value / top) * 290;
    picture.append(label(62, y + 14, row.name, { 'text-anchor': 'end' }),
      titled(mark('rect', { x: 70, y, width: Math.max(0, x(row.value) - 70), height: 18, class: `level ${row.className}` }), row.text),
      label(368, y + 14, row.text));
    if (row.target) picture.append(mark('line', { x1: x(row.target), x2: x(row.target), y1: y - 3, y2: y + 21, class: 'target' }));
  });
  return picture;
}
