// Every fact of a pack stands beside its origin: source, certainty, and whether it is a sample.
import { isNamed, nameOf } from '@/shared/names';
import { mark, say } from '@/shared/words';

// What a key of a pack means, for people.
const keys: { [key: string]: [string, string] } = {
  scope: ['适用范围', 'scope'],
  lead_time_hours: ['提前量（小时）', 'lead time, h'],
  same_day_start: ['可当日启动', 'may start the same day'],
  lift_outlook_hours: ['解除前瞻（小时）', 'outlook for a lift, h'],
  merge_gap_hours: ['合并间隔（小时）', 'gap that merges, h'],
  immediate_outlook_hours: ['即时启动前瞻（小时）', 'outlook of an immediate start, h'],
  immediate_aqi_above: ['即时启动 AQI 高于', 'immediate start above AQI'],
  forecast_stale_after_hours: ['预报过期（小时）', 'a forecast is stale after, h'],
  observation_fresh_hours: ['监测有效（小时）', 'an observation is fresh for, h'],
  propose_within_hours: ['提出建议的前瞻（小时）', 'proposes within, h'],
  same_window_hours: ['视为同一窗口（小时）', 'same window within, h'],
  repeat_after_hours: ['再次建议间隔（小时）', 'proposes again after, h'],
  proposal_lives_hours: ['签批时限（小时）', 'a proposal lives, h'],
  lower_confirmations: ['降级须连续确认（次）', 'confirmations of a lower level'],
  settle_hours: ['稳定时间（小时）', 'settles for, h'],
  lower_margin_aqi: ['降级余量 AQI', 'margin of a lower level, AQI'],
  four_eyes: ['四眼原则', 'four eyes'],
  unknown_as: ['未评级按', 'unknown counts as'],
  suspended_is_next_lower: ['暂停评级按低一级', 'suspended counts one lower'],
  after_edition: ['清单印发后变更', 'changes after the edition'],
  up_to: ['最高适用', 'up to'],
  treatment: ['处理', 'treatment'],
  condition: ['条件', 'condition'],
  evidence_needed: ['须有证明', 'needs evidence'],
  so2_nox_substitution: ['二氧化硫与氮氧化物可互换', 'SO2 and NOx may stand in'],
  to: ['至', 'to'],
  from: ['自', 'from'],
  value: ['取值', 'value'],
  unit: ['单位', 'unit'],
  advisory: ['健康提示', 'advisory'],
  drill: ['演练', 'exercise'],
  issue: ['发布', 'issue'],
  'pre-notice': ['预提示', 'pre-notice'],
  block: ['分块', 'block'],
  colour: ['级别', 'colour'],
  cause: ['成因', 'cause'],
  addressee: ['对象', 'addressee'],
  issuer: ['发布单位', 'issuer'],
  agency_code: ['机构代码', 'agency code'],
  sub_unit: ['内设机构', 'sub-unit'],
  event_code: ['事件代码', 'event code'],
  sender: ['发布机构标识', 'sender'],
  document_number: ['文号', 'document number'],
  document_first: ['首号', 'first number'],
  expires_after_hours: ['有效期（小时）', 'expires after, h'],
  from_hour: ['起（时）', 'from hour'],
  to_hour: ['止（时）', 'to hour'],
  vehicles_per_day: ['日车次', 'vehicles a day'],
  days_max: ['最多天数', 'days at most'],
  role: ['岗位', 'role'],
  phone: ['电话', 'telephone'],
};
const keyOf = (key: string): string => (keys[key] ? say(...keys[key]) : isNamed(key) ? nameOf(key) : key);
const valueOf = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? say('是', 'yes') : say('否', 'no')) : typeof value === 'string' ? nameOf(value) : String(value);

export interface Origin {
  source: string;
  certainty: string;
  sample: boolean;
  mark?: string;
  pack?: string;
}
export interface Fact {
  section: string;
  text: string;
  origin: Origin;
}

const isOrigin = (value: unknown): value is Origin =>
  typeof value === 'object' && value !== null && 'source' in value && 'certainty' in value;

// What a value says, in words: its own text or name first, then its numbers.
function wordsOf(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value !== 'object') return typeof value === 'string' ? nameOf(value) : String(value);
  if (Array.isArray(value)) return value.map(wordsOf).join(mark('；'));
  const fields = value as { [name: string]: unknown };
  const named = [fields.text, fields.name].find((one) => typeof one === 'string') as string | undefined;
  const numbers = Object.entries(fields)
    .filter(
      ([key, one]) =>
        !['text', 'name', 'origin', 'source', 'id', 'key'].includes(key) && ['number', 'boolean', 'string'].includes(typeof one),
    )
    .map(([key, one]) => `${keyOf(key)} ${valueOf(one)}`);
  return (
    [named, fields.key && !named ? keyOf(String(fields.key)) : '', numbers.join(mark('，'))].filter((one) => one).join(mark('：')) ||
    JSON.stringify(value)
  );
}

export function factsOf(pack: { [name: string]: unknown }): Fact[] {
  const facts: Fact[] = [];
  for (const [section, value] of Object.entries(pack)) {
    const list = Array.isArray(value) ? value : [value];
    for (const one of list) {
      const origin = one && typeof one === 'object' ? (one as { origin?: unknown }).origin : undefined;
      if (isOrigin(origin)) facts.push({ section, text: wordsOf(one), origin });
    }
  }
  return facts;
}
