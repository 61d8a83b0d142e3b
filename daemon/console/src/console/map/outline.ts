// Outlines in degrees, drawn flat: a degree of longitude is as long as the cosine of the middle latitude, which for one
// city or province is true enough to recognise it by.
import type { Outlines } from '@/shared/wire';

export interface DrawnCounty {
  code: string;
  name: string;
  path: string;
  x: number; // where its name stands
  y: number;
}
const kWidth = 1000;
const kMargin = 12;

// The middle of the largest ring, weighted by area; of a ring without area the mean of its points.
function middleOf(ring: number[][]): { x: number; y: number; area: number } {
  let [area, x, y] = [0, 0, 0];
  for (let at = 0; at + 1 < ring.length; ++at) {
    const cross = ring[at][0] * ring[at + 1][1] - ring[at + 1][0] * ring[at][1];
    area += cross;
    x += (ring[at][0] + ring[at + 1][0]) * cross;
    y += (ring[at][1] + ring[at + 1][1]) * cross;
  }
  if (Math.abs(area) < 1e-9) return { x: ring[0][0], y: ring[0][1], area: 0 };
  return { x: x / (3 * area), y: y / (3 * area), area: Math.abs(area) };
}

export function drawnOf(counties: Outlines['counties']): { width: number; height: number; counties: DrawnCounty[] } {
  let [west, east, south, north] = [180, -180, 90, -90];
  for (const one of counties)
    for (const ring of one.rings)
      for (const [x, y] of ring)
        [west, east, south, north] = [Math.min(west, x), Math.max(east, x), Math.min(south, y), Math.max(north, y)];
  if (!counties.length || east <= west) return { width: 0, height: 0, counties: [] };
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = (kWidth - 2 * kMargin) / ((east - west) * narrow);
  const place = ([x, y]: number[]): number[] => [kMargin + (x - west) * narrow * scale, kMargin + (north - y) * scale];
  return {
    width: kWidth,
    height: Math.round((north - south) * scale + 2 * kMargin),
    counties: counties.map((one) => {
      const rings = one.rings.map((ring) => ring.map(place));
      const middle = rings.map(middleOf).reduce((best, each) => (each.area > best.area ? each : best));
      return {
        code: one.code,
        name: one.name,
        path: rings.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`).join(''),
        x: middle.x,
        y: middle.y,
      };
    }),
  };
}
