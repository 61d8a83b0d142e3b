// Names of what the daemon calls by a key. What is not known is shown as it came.
import { isEnglish, say } from './words';

const names: { [key: string]: [string, string] } = {
  blue: ['蓝色', 'blue'], yellow: ['黄色', 'yellow'], orange: ['橙色', 'orange'], red: ['红色', 'red'],
  start: ['启动', 'start'], raise: ['升级', 'raise'], lower: ['降级', 'lower'], extend: ['延长', 'extend'], lift: ['解除', 'lift'],
  suspend: ['转为健康提示', 'suspend'], resume: ['恢复', 'resume'], merge: ['合并', 'merge'], propose: ['提出', 'propose'], consult: ['会商', 'consult'],
  sign: ['签发', 'sign'], reject: ['驳回', 'reject'], withdraw: ['撤回', 'withdraw'], lapse: ['逾期失效', 'lapse'], take_effect: ['生效', 'take effect'],
  evaluate: ['评估', 'evaluate'], archive: ['归档', 'archive'],
  draft: ['拟启动', 'proposed'], issued: ['已发布待生效', 'issued'], in_force: ['生效中', 'in force'], suspended: ['健康提示', 'suspended'],
  lifted: ['已解除', 'lifted'], evaluated: ['已评估', 'evaluated'], archived: ['已归档', 'archived'], rejected: ['已驳回', 'rejected'], withdrawn: ['已撤回', 'withdrawn'],
  lapsed: ['逾期失效', 'lapsed'], merged: ['已合并', 'merged'], proposed: ['已提出', 'proposed'], consulted: ['已会商', 'consulted'],
  so2: ['二氧化硫', 'SO₂'], nox: ['氮氧化物', 'NOx'], pm: ['颗粒物', 'PM'], vocs: ['挥发性有机物', 'VOCs'],
  stop: ['停产', 'stop'], limit_load: ['限产', 'limit load'], limit_emission: ['限排', 'limit emission'], stop_process: ['停止工序', 'stop process'],
  ban_vehicles: ['移动源管控', 'vehicle ban'], self_discipline: ['自主减排', 'own reduction'],
  none: ['未签收', 'silent'], received: ['已签收', 'received'], accepted: ['已接受', 'accepted'], executing: ['执行中', 'executing'], done: ['已完成', 'done'],
  refused: ['拒绝', 'refused'], 'set aside': ['消息服务器拒收', 'set aside'],
  proved: ['签名已证明', 'proved'], claimed: ['自称', 'claimed'], recorded: ['人员登记', 'recorded'],
  lead: ['线索', 'lead'], data_quality: ['数据质量', 'data quality'], site_check: ['现场核查', 'site check'], concluded: ['已有结论', 'concluded'],
  stated: ['已陈述', 'stated'], closed: ['已办结', 'closed'], breach: ['确认违反', 'breach'], meter_fault: ['电表故障', 'meter fault'],
  wrong_inventory: ['清单有误', 'wrong inventory'], justified: ['有正当理由', 'justified'], opened: ['线索生成', 'opened'], verdict: ['研判更新', 'verdict'],
  conclusion: ['结论', 'conclusion'], statement: ['企业陈述', 'statement'], close: ['办结', 'closed'],
  compliant: ['符合', 'compliant'], breach_suspected: ['疑似违反', 'suspected'], cannot_tell: ['无法判定', 'cannot tell'],
  production: ['生产', 'production'], treatment: ['治理', 'treatment'], total: ['总表', 'total'],
  regular: ['一般', 'regular'], livelihood: ['保障类', 'livelihood'], small: ['小微', 'small'], whitelist: ['白名单', 'whitelist'],
  primary: ['原文核实', 'read in the original'], secondary: ['二手文本', 'second hand'], remembered: ['凭记忆', 'remembered'], sample: ['样例', 'sample'],
  good: ['可用', 'good'], disabled: ['已停用', 'disabled'], expired: ['已过期', 'expired'], system: ['系统', 'system'],
  mqtt: ['平台', 'broker'], phone: ['电话', 'telephone'], sms: ['短信', 'SMS'], person: ['人员登记', 'by a person'],
  duty_officer: ['值班员', 'duty officer'], approver: ['签发人', 'approver'], inspector: ['执法人员', 'inspector'], county_officer: ['县区人员', 'county officer'],
  auditor: ['审计', 'auditor'], admin: ['管理员', 'administrator'], feed: ['数据推送', 'feed'],
  county: ['转县区', 'to the county'], remind: ['提醒', 'remind'], repeat: ['重发', 'send again'], phone_list: ['列入电话催办', 'telephone list'],
  consultation: ['待会商', 'consultation'], signature: ['待签发', 'signature'], prompt: ['上级提示', 'prompt from above'], order: ['指令', 'order'],
  forecast: ['预报', 'forecast'], observations: ['监测数据', 'observations'], receipt: ['回执', 'receipt'], refusal: ['拒绝及答复', 'refusal'], case: ['线索', 'case'],
  report: ['评估报告', 'report'], inventory: ['清单', 'inventory'], 'phone-list': ['电话催办', 'telephone list'],
  'receipt-contradicts': ['回执矛盾', 'receipts contradict'], 'order-refused': ['指令被搁置', 'order set aside'], 'order-tampered': ['指令主题被改写', 'order topic tampered with'],
  'broker-dropped': ['消息被丢弃', 'messages dropped'], 'receipt-wrong-signature': ['回执签名不符', 'receipt with a wrong signature'], 'message-set-aside': ['消息被搁置', 'message set aside'],
  'enterprise-key.registered': ['企业密钥登记', 'key registered'], 'enterprise-key.revoked': ['企业密钥撤销', 'key revoked'],
  'link-taken-over': ['连接被接管', 'link taken over'], 'meters-silent': ['电表断线', 'silent meters'], 'clock-jumped': ['时钟跳变', 'clock jumped'], 'stood-still': ['进程停顿', 'stood still'],
  'duty.step': ['值班催办', 'duty step'], 'duty.act': ['待办处理', 'matter handled'], 'duty.roster': ['值班表', 'roster'],
  'duty.handover_given': ['交班', 'handed over'], 'duty.handover_taken': ['接班', 'taken over'],
  'notice.published': ['已发布', 'published'], 'warning.asked': ['待签发', 'waiting for signature'], 'warning.evaluation_due': ['待评估', 'evaluation due'],
  'cause.stated': ['成因认定', 'cause stated'], 'cause.withdrawn': ['撤销成因认定', 'cause withdrawn'],
  'floor.recorded': ['上级下限', 'floor from above'], 'prompt.recorded': ['区域提示', 'regional prompt'], 'prompt.followed': ['区域提示落实', 'prompt followed'],
  'warning.proposed': ['提出建议', 'proposed'], 'warning.consulted': ['会商', 'consulted'], 'warning.signed': ['签字', 'signed'], 'warning.issued': ['签发', 'issued'],
  'warning.raised': ['升级', 'raised'], 'warning.lowered': ['降级', 'lowered'], 'warning.extended': ['延长', 'extended'], 'warning.lifted': ['解除', 'lifted'],
  'warning.rejected': ['驳回', 'rejected'], 'warning.withdrawn': ['撤回', 'withdrawn'], 'warning.lapsed': ['失效', 'lapsed'], 'warning.in_force': ['生效', 'in force'],
  'warning.evaluated': ['已评估', 'evaluated'], 'warning.archived': ['已归档', 'archived'], 'warning.suspended': ['转为健康提示', 'suspended'], 'warning.resumed': ['恢复', 'resumed'], 'warning.merged': ['合并', 'merged'],
  'control.proposed': ['提出临时管控', 'temporary control proposed'], 'control.signed': ['临时管控签发', 'temporary control signed'], 'control.withdrawn': ['临时管控撤销', 'temporary control taken back'],
  'season.orders': ['错峰指令', 'orders of the season'], 'season.recorded': ['停产登记', 'days entered'],
  'pack.adopted': ['提出规则包', 'pack put up'], 'pack.waits': ['规则包待第二人确认', 'pack waits for a second person'], 'pack.confirmed': ['规则包已确认', 'pack confirmed'],
  'pack.withdrawn': ['撤回规则包', 'pack withdrawn'], 'pack.in_force': ['规则包启用', 'pack in force'],
  'task.issued': ['部门任务下达', 'tasks issued'], 'task.answered': ['部门任务答复', 'task answered'], 'audit.broken': ['审计链断裂', 'audit chain broken'], 'config.refused': ['配置未被接受', 'configuration refused'],
  'key.first': ['启用签名密钥', 'signing key in use'], 'key.succeeded': ['签名密钥更换', 'signing key replaced'], 'key.replaced_in_emergency': ['签名密钥应急更换', 'signing key replaced in an emergency'],
  publication: ['公开发布', 'publication'], 'mean-of-comparable-days': ['可比日均值', 'mean of comparable days'], outage: ['数据中断', 'outage'], roster_gap: ['值班空缺', 'roster gap'], task: ['任务', 'task'],
  followed: ['已落实', 'followed'], waiting: ['等待', 'waiting'], difficulty: ['有困难', 'difficulty'], standing: ['待答复', 'open'], made_up: ['补停', 'made up'], reported: ['已上报', 'reported'], leading: ['引领性', 'leading'],
  whole_region: ['全市', 'whole region'], electricity: ['用电量', 'electricity'], pm25: ['PM2.5', 'PM2.5'], heavy_days: ['重污染天', 'heavy days'], emission: ['排放量', 'emission'],
  'draw.committed': ['双随机登记', 'draw committed to'], 'draw.drawn': ['双随机抽取', 'drawn'],
  ahead: ['未到', 'ahead'], open: ['执行中', 'open'], over: ['已结束', 'over'], stood: ['停产', 'stood'], ran: ['生产', 'ran'],
};

export const isNamed = (key: string): boolean => Object.hasOwn(names, key);
export function nameOf(key: string | null | undefined): string {
  if (!key) return '';
  return isNamed(key) ? names[key][isEnglish() ? 1 : 0] : key;
}
// The daemon gives some words in both languages: kind and kind_zh.
export function told(object: object, name: string): string {
  const fields = object as { [name: string]: unknown };
  const zh = fields[`${name}_zh`];
  return !isEnglish() && typeof zh === 'string' && zh ? zh : nameOf(String(fields[name] ?? ''));
}
export const levelOf = (colour: string | null): string =>
  ({ blue: say('Ⅳ级', 'level IV'), yellow: say('Ⅲ级', 'level III'), orange: say('Ⅱ级', 'level II'), red: say('Ⅰ级', 'level I') })[colour || ''] || '';
export const kColours = ['blue', 'yellow', 'orange', 'red'];
