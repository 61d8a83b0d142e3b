// What the console says, Chinese first, English second. Words of the law (levels, legal texts, names) come
// from the daemon and stay as they are.
const words = {
  desk: ['值班台', 'Duty console'], login: ['登录', 'Sign in'], token: ['令牌', 'Token'], enter: ['进入', 'Sign in'],
  account: ['账号', 'Account'], password: ['口令', 'Password'], code: ['动态验证码', 'One-time code'], sign_in: ['登录', 'Sign in'],
  by_token: ['凭令牌登录', 'Sign in with a token'], new_password: ['新口令', 'New password'], again: ['再输一次', 'Once more'],
  set_up: ['设置口令和验证器', 'Set password and authenticator'], set_up_do: ['设置并登录', 'Set both and sign in'],
  set_up_open: ['在验证器中打开', 'Open in an authenticator'], set_up_who: ['{name}（{id}），口令至少 {n} 个字符', '{name} ({id}), a password of at least {n} characters'],
  set_up_help: ['在手机验证器中添加下面的密钥，再填写它显示的六位数字。',
    'Add this secret to the authenticator on your phone and enter the six digits that it shows.'],
  not_the_same: ['两次输入的口令不同', 'The two passwords differ'], need_code: ['动态验证码（签发须附）', 'One-time code (needed to sign)'],
  leave: ['退出', 'Sign out'], public: ['公众页', 'Public page'],
  login_help: ['粘贴您的访问令牌。令牌只保存在本标签页，关闭即失效。',
    'Paste your access token. It stays in this tab and is gone when you close it.'],
  bad_token: ['令牌无效或已停用，或登录已结束', 'This token is not valid (any more), or the session has ended'],
  online: ['实时', 'live'], offline: ['未连接', 'not connected'],
  chances: ['各级预警的可能性', 'How likely each level is'],
  pending: ['待办：等待签发', 'To do: waiting for signature'], situation: ['态势', 'Situation'], warnings: ['预警', 'Warnings'],
  plan: ['响应方案与减排底线', 'Response plan and floors'], orders: ['指令与回执', 'Orders and receipts'],
  cases: ['核查线索', 'Cases'], events: ['动态', 'What happens'],
  none: ['目前没有', 'None at present'], no_warning: ['目前没有生效的预警', 'No warning in force'], more: ['还有', 'and'], items: ['条', 'more'],
  drill: ['演练', 'EXERCISE'], drill_banner: ['演练进行中：以下带“演练”标记的内容不是真实预警',
    'Exercise running: what is marked EXERCISE is not a real warning'],
  sample_banner: ['样例，使用前请确认：本地区规则包中有 {n} 项尚未由贵单位确认',
    'Sample, confirm before use: {n} settings of the regional pack are not confirmed'],
  sample: ['样例，使用前请确认', 'sample, confirm before use'],
  blue: ['蓝色', 'blue'], yellow: ['黄色', 'yellow'], orange: ['橙色', 'orange'], red: ['红色', 'red'],
  colour: ['级别', 'Colour'], number: ['编号', 'Number'], state: ['状态', 'State'], from: ['生效', 'From'], to: ['预计结束', 'Expected end'],
  lifted: ['解除', 'Lifted'], what: ['内容', 'What'], reason: ['理由', 'Reason'], clause: ['依据', 'Clause'], source: ['来源', 'Source'],
  issued: ['起报', 'Issued'], known: ['预见至', 'Reaches to'], windows: ['预警窗口', 'Warning windows'], fresh: ['有效', 'fresh'], stale: ['过期', 'stale'],
  observed: ['实测', 'observed'], forecast: ['预报', 'forecast'], earlier: ['先前预报', 'earlier forecast'], now: ['现在', 'now'], aqi: ['AQI（判定值）', 'AQI (trigger value)'],
  limit: ['限值', 'limit'], in_force: ['生效预警', 'in force'], forecast_window: ['预报窗口', 'forecast window'], later: ['另行通知', 'until further notice'],
  finding: ['研判', 'Assessment'], proposal: ['建议', 'Proposal'], missing: ['缺少', 'Missing'],
  agree: ['{n}/{m} 个预报一致', '{n} of {m} forecasts agree'], lapses: ['逾期失效', 'Lapses'], signatures: ['已签', 'Signed by'],
  wants: ['需 {n} 人签发', '{n} signature(s) needed'], wants_consult: ['须先会商', 'consultation comes first'],
  sign: ['签发', 'Sign'], reject: ['驳回', 'Reject'], withdraw: ['撤回', 'Withdraw'], consult: ['会商', 'Consult'], report: ['评估报告', 'Report'],
  explain: ['始末', 'Story'], propose_start: ['提出启动 / 演练', 'Propose a start / an exercise'], start: ['启动', 'start'], merge: ['合并', 'merge'], change: ['提出变更', 'Propose a change'],
  typed: ['请输入“{word}”以确认', 'Type “{word}” to confirm'], not_same: ['级别不一致，未作任何操作', 'Not the same: nothing was done'],
  who: ['参加人员（用逗号分开）', 'Who took part (separated by commas)'], summary: ['会商意见', 'What was said'], note: ['说明', 'Note'],
  exercise: ['这是演练', 'This is an exercise'], kind: ['类别', 'Kind'], cancel: ['取消', 'Cancel'], close: ['关闭', 'Close'], done: ['已完成', 'Done'],
  raise: ['升级', 'raise'], lower: ['降级', 'lower'], extend: ['延长', 'extend'], lift: ['解除', 'lift'], suspend: ['转为健康提示', 'suspend'], resume: ['恢复', 'resume'],
  plan_none: ['尚无响应方案', 'No response plan yet'], preview: ['签发后的方案（预览）', 'Plan if signed (preview)'], floor: ['底线', 'floor'],
  met: ['达到', 'met'], not_met: ['未达到', 'missed'], base: ['占全社会排放', 'share of whole-society emission'],
  enterprises: ['企业', 'enterprises'], obligations: ['义务', 'duties'], edition: ['清单版本', 'edition'], generation: ['代次', 'generation'],
  difference: ['与现行方案相比：新增 {added}，取消 {removed}，变更 {changed}，不变 {unchanged}',
    'Against the plan in force: {added} added, {removed} removed, {changed} changed, {unchanged} unchanged'],
  remarks: ['{n} 条编制说明，见方案全文', '{n} remarks, in the plan itself'],
  so2: ['SO₂', 'SO₂'], nox: ['NOx', 'NOx'], pm: ['颗粒物', 'PM'], vocs: ['VOCs', 'VOCs'],
  all_orders: ['指令', 'orders'], r_none: ['未回执', 'silent'], r_received: ['已签收', 'received'], r_accepted: ['已接受', 'accepted'],
  r_executing: ['执行中', 'executing'], r_done: ['已完成', 'done'], r_refused: ['拒绝', 'refused'],
  set_aside: ['消息服务器拒收的指令', 'Orders that the broker refuses'],
  silent: ['未回执的企业', 'Enterprises that are silent'], refused: ['拒绝的企业', 'Enterprises that refused'], phone: ['电话', 'Telephone'], enterprise: ['企业', 'Enterprise'],
  county: ['区县', 'County'], contact: ['联系人', 'Contact'], call_done: ['记录电话', 'Record a call'], by: ['接电话人', 'Who answered'], order_issued: ['下达', 'Issued'],
  opened: ['时间', 'Since'], lead: ['线索', 'lead'], data_quality: ['数据质量', 'data quality'], open_case: ['查看', 'Open'],
  power: ['功率与限值', 'Power against the cap'], measured: ['实测功率', 'measured'], baseline: ['基准', 'baseline'], cap: ['限值', 'cap'], controlled: ['管控时段', 'ordered'],
  no_meter: ['没有可画的电表数据', 'No meter to draw'], steps: ['办理过程', 'Steps'], next_step: ['可办', 'Next'],
  act_site_check: ['派员核查', 'Send inspectors'], act_check: ['记录核查', 'Record the check'], act_conclusion: ['作出结论', 'Conclude'],
  act_statement: ['记录企业陈述', 'Record the statement'], act_decision: ['复核陈述', 'Decide on the statement'], act_rectification: ['责令整改', 'Order to put it right'],
  act_rectified: ['记录整改完成', 'Reported put right'], act_recheck: ['整改复查', 'Check again'], act_close: ['销号', 'Close the case'],
  act_withdrawal: ['撤销线索', 'Withdraw'], act_data_returned: ['数据恢复', 'data are back'], act_reopened: ['再次出现', 'there again'],
  conclusion_of: ['结论', 'Conclusion'], spoken_by: ['陈述人', 'Who speaks'], paper: ['书面材料', 'Paper'], photo: ['照片', 'Photo'], inspectors: ['派出人员', 'Who is sent'],
  persons: ['到场人员', 'Who was there'], passed: ['复查通过', 'It is right now'], due: ['期限', 'By when'], taken_at: ['拍摄时间', 'Taken at'],
  longitude: ['经度（CGCS2000）', 'Degrees east (CGCS2000)'], latitude: ['纬度', 'Degrees north'], item_ok: ['合格', 'ok'], item_not_ok: ['不合格', 'not ok'],
  item_not_applicable: ['不适用', 'not applicable'], proposals: ['可研究的处理（供决定，不自动执行）', 'For people to consider; nothing happens by itself'],
  until: ['时效至', 'until'], breach: ['确认违反', 'breach'], meter_fault: ['电表故障', 'meter fault'],
  wrong_inventory: ['清单有误', 'wrong inventory'], justified: ['情况属实、有正当理由', 'justified'],
  lead_note: ['研判结论是线索，须经现场核查确认，不直接作为处罚依据。', 'A verdict is a lead: a site check has to confirm it; by itself it leads to no penalty.'],
  recomputed: ['由存档输入重新计算 {n} 项，{m} 项与当时一致', '{n} decisions re-computed from stored inputs, {m} equal'],
  at: ['时间', 'At'], step: ['环节', 'Step'], person: ['人员', 'Person'], proposed: ['提出', 'Proposed'], made: ['编制', 'Made'],
  gap: ['有事件已不再保留，已重新读取', 'Some events are no longer kept; everything was read again'],
  propose: ['提出', 'propose'], lapse: ['逾期失效', 'lapse'], take_effect: ['生效', 'take effect'], evaluate: ['评估', 'evaluate'], archive: ['归档', 'archive'],
  forecast_event: ['预报', 'forecast'], observations_event: ['监测数据', 'observations'], receipt_event: ['回执', 'receipt'], 'receipt-contradicts_event': ['回执矛盾', 'receipts contradict'], refusal_event: ['拒绝及答复', 'refusal'], verdict_event: ['研判', 'verdict'],
  case_event: ['线索', 'case'], report_event: ['评估报告', 'report'], inventory_event: ['清单', 'inventory'], 'phone-list_event': ['电话催办', 'telephone list'],
  'order-refused_event': ['指令被搁置', 'order set aside'], 'order-tampered_event': ['指令主题被改写', 'order topic tampered with'], 'broker-dropped_event': ['消息被丢弃', 'messages dropped'],
  'receipt-wrong-signature_event': ['回执签名不符', 'receipt with a wrong signature'],
  'enterprise-key.registered_event': ['企业密钥登记', 'key registered'], 'enterprise-key.revoked_event': ['企业密钥撤销', 'key revoked'],
  proof: ['回执依据', 'Receipt'], p_proved: ['已证明', 'proved'], p_claimed: ['自称', 'claimed'], p_recorded: ['人员登记', 'recorded'],
  'link-taken-over_event': ['连接被接管', 'link taken over'], 'meters-silent_event': ['电表断线', 'silent meters'],
  'duty.step_event': ['值班催办', 'duty step'], 'duty.act_event': ['待办处理', 'matter handled'], 'duty.roster_event': ['值班表', 'roster'],
  'duty.handover_given_event': ['交班', 'handed over'], 'duty.handover_taken_event': ['接班', 'taken over'],
  'clock-jumped_event': ['时钟跳变', 'clock jumped'], 'stood-still_event': ['进程停顿', 'stood still'],
  step_opened: ['线索生成', 'opened'], step_verdict: ['研判更新', 'verdict'],
  'draw.committed_event': ['双随机登记', 'draw committed to'], 'draw.drawn_event': ['双随机抽取', 'drawn'],
  compliant: ['符合', 'compliant'], breach_suspected: ['疑似违反', 'suspected'], cannot_tell: ['无法判定', 'cannot tell'],
  'notice.published_event': ['已发布', 'published'], 'warning.asked_event': ['待签发', 'waiting for signature'], 'warning.evaluation_due_event': ['待评估', 'evaluation due'],
  'cause.stated_event': ['成因认定', 'cause stated'], 'cause.withdrawn_event': ['撤销成因认定', 'cause withdrawn'],
  'floor.recorded_event': ['上级下限', 'floor from above'], 'prompt.recorded_event': ['区域提示', 'regional prompt'], 'prompt.followed_event': ['区域提示落实', 'prompt followed'],
  'warning.proposed_event': ['提出建议', 'proposed'], 'warning.consulted_event': ['会商', 'consulted'], 'warning.signed_event': ['签字', 'signed'],
  'warning.issued_event': ['签发', 'issued'], 'warning.raised_event': ['升级', 'raised'], 'warning.lowered_event': ['降级', 'lowered'],
  'warning.extended_event': ['延长', 'extended'], 'warning.lifted_event': ['解除', 'lifted'], 'warning.rejected_event': ['驳回', 'rejected'],
  'warning.withdrawn_event': ['撤回', 'withdrawn'], 'warning.lapsed_event': ['失效', 'lapsed'], 'warning.in_force_event': ['生效', 'in force'],
  season: ['错峰生产与季节性调控', 'Peak-shift and seasonal control'], season_ledger: ['停产台账', 'Ledger of days'], season_days: ['起止日期', 'Days'],
  season_covers: ['今日覆盖企业', 'Enterprises today'], season_line: ['生产线', 'Line'], season_owed: ['应停', 'Owed'], season_kept: ['已停', 'Kept'],
  season_made_up: ['补停', 'Made up'], season_unknown: ['无法判断', 'Cannot tell'], season_debt: ['尚欠', 'Debt'], season_enter: ['登记', 'Enter'],
  season_day: ['日期（如 2026-01-31）', 'Day (2026-01-31)'], season_stood: ['停产', 'stood'], season_ran: ['生产', 'ran'], season_withdrawn: ['撤销登记', 'withdrawn'],
  season_is_ahead: ['未到', 'ahead'], season_is_open: ['执行中', 'open'], season_is_over: ['已结束', 'over'],
  control: ['临时管控', 'Temporary control'], control_sign: ['签发', 'Sign'], control_withdraw: ['撤销', 'Take back'],
  'control.proposed_event': ['提出临时管控', 'temporary control proposed'], 'control.signed_event': ['临时管控签发', 'temporary control signed'],
  'control.withdrawn_event': ['临时管控撤销', 'temporary control taken back'],
  'season.orders_event': ['错峰指令', 'orders of the season'], 'season.recorded_event': ['停产登记', 'days entered'],
  ordered_by: ['依据上级要求', 'Ordered from above by'], ordered_by_label: ['依据上级要求（提示或下限的文号，可不填）', 'Ordered from above by (number of the prompt or floor; may be empty)'],
  order_binds: ['已核对登记', 'on record'],
  order_binds_not: ['无约束力，按自行决定处理', 'binds nothing: this counts as our own decision; the 36-hour rule and the floors apply'],
  order_unchecked: ['尚未核对登记', 'not yet looked up; until then it binds nothing'],
  packs: ['规则包', 'Rule packs'], pack: ['规则包', 'Pack'], pack_now: ['现行', 'In force'], pack_configured: ['配置文件指定', 'named in the configuration'],
  pack_propose: ['提出启用规则包', 'Propose a rule pack'], pack_confirm: ['第二人确认', 'Confirm as second person'], pack_second: ['确认人', 'Confirmed by'],
  pack_propose_help: ['上传 TOML 文件，或填写内置规则包编号。改变审批程序的规则包须由另一人确认，并经过等待时间后才启用。',
    'A TOML file, or the id of a built-in pack. A pack that changes approvals waits for another person, and then for the delay.'],
  pack_file: ['规则包文件（TOML）', 'Pack file (TOML)'], pack_built_in: ['或内置规则包编号', 'or the id of a built-in pack'],
  pack_from: ['启用时间（不填为即时）', 'From (empty: at once)'], pack_changes: ['改变的审批程序：', 'What it changes in approvals:'],
  pack_put_by: ['{who} 于 {at} 提出，理由：{reason}', 'Put up by {who} at {at}: {reason}'],
  pack_confirmed: ['{who} 于 {at} 确认', 'Confirmed by {who} at {at}'],
  pack_waits: ['待另一人确认；确认后再等 {hours} 小时才启用', 'Waits for another person; begins {hours} hours after that confirmation at the earliest'],
  pack_then: ['确认后 {hours} 小时启用，且不早于 {from}；在此之前可以撤回。', 'Begins {hours} hours after your confirmation, not before {from}; until then it can be withdrawn.'],
  pack_not_yours: ['由您提出，须由另一人确认。', 'You put it up; another person has to confirm it.'],
  pack_is_held: ['已提出，改变审批程序，待另一人确认', 'put up; it changes approvals and waits for another person'],
  pack_begins: ['将于 {at} 启用', 'Begins at {at}'], pack_in_force: ['现行，自 {at}', 'In force since {at}'], pack_was_in_force: ['曾启用，自 {at}', 'Was in force from {at}'],
  pack_withdrawn: ['{who} 于 {at} 撤回', 'Withdrawn by {who} at {at}'],
  'pack.adopted_event': ['提出规则包', 'pack put up'], 'pack.waits_event': ['规则包待第二人确认', 'pack waits for a second person'],
  'pack.confirmed_event': ['规则包已确认', 'pack confirmed'], 'pack.withdrawn_event': ['撤回规则包', 'pack withdrawn'], 'pack.in_force_event': ['规则包启用', 'pack in force'],
  people: ['账号', 'Accounts'], account: ['账号', 'Account'], roles: ['角色', 'Roles'], whole_region: ['全地区', 'whole region'],
  account_good: ['可用', 'good'], account_disabled: ['已停用', 'disabled'], account_expired: ['已过期', 'expired'],
  expires: ['有效期至', 'Good until'], never_expires: ['无期限', 'no end'], last_use: ['最近使用', 'Last use'], never_used: ['从未使用', 'never'],
  last_remote: ['来自', 'From where'], read_again: ['重新读取', 'Read again'],
  'key.first_event': ['启用签名密钥', 'signing key in use'], 'key.succeeded_event': ['签名密钥更换', 'signing key replaced'],
  'key.replaced_in_emergency_event': ['签名密钥应急更换', 'signing key replaced in an emergency'],
  page_prev: ['上一页', 'Previous'], page_next: ['下一页', 'Next'], failed: ['请求失败', 'The request failed'], unreachable: ['无法连接服务', 'The daemon cannot be reached'],
};

let english = localStorage.getItem('qingkong-language') === 'en';

export const isEnglish = () => english;

// A word by its key; what is not known is shown as it came. {names} are filled from `values`.
export function say(key, values = {}) {
  const pair = Object.hasOwn(words, key) ? words[key] : null;
  const text = pair ? pair[english ? 1 : 0] : String(key ?? '');
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// The daemon gives some words in both languages: kind and kind_zh.
export const told = (object, name) => (english ? say(object[name]) : object[`${name}_zh`] || say(object[name]));

export function showLanguage() {
  document.documentElement.lang = english ? 'en' : 'zh-CN';
  document.title = english ? 'Qingkong · Duty console' : '晴空 · 值班台';
  document.getElementById('language').textContent = english ? '中文' : 'English';
  for (const item of document.querySelectorAll('[data-word]')) item.textContent = say(item.dataset.word);
}

export function switchLanguage() {
  english = !english;
  localStorage.setItem('qingkong-language', english ? 'en' : 'zh');
  showLanguage();
}
