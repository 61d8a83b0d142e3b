// How much energy was used above the cap: of each stretch that a finding names, not of the whole window, whose quiet
// hours would hide it.
import { instant, kHour } from '@/shared/format';
import type { Verdict } from '@/shared/wire';

export function excessKwh(verdict: Verdict): number {
  const stretches = verdict.findings
    .filter((one) => one.unit === 'kW' && one.measured > one.allowed)
    .reduce((sum, one) => sum + ((one.measured - one.allowed) * Math.max(0, instant(one.to) - instant(one.from))) / kHour, 0);
  return Math.max(stretches, verdict.measured_kwh - verdict.allowed_kwh, 0);
}
