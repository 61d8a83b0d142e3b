// What needs a person, ranked: what waits for a decision before what waits for a call, and the sooner deadline first.
// Matters of the duty desk (with owner and ladder) are joined with what the warnings, orders and cases say themselves,
// so that a bureau without a roster sees all of it, too.
import { get } from '@/shared/api';
import { askedName, nameOf, told } from '@/shared/names';
import { mark, say } from '@/shared/words';
import type { Matter, Warning } from '@/shared/wire';
import { desk, isOf } from './desk';
import { enterpriseName } from './known';
import { to } from './route';

export interface Need {
  key: string;
  rank: number;
  kind: string;
  title: string;
  text: string;
  colour?: string;
  isDrill: boolean;
  deadline: string | null;
  since: string;
  otherwise: string;
  address: string;
  act: string;
  isMine: boolean;
  matter: Matter | null;
}

const isOpenCase = 'lead';

function ofWarning(warning: Warning): Need | null {
  const change = warning.pending;
  const base = { key: `warning-${warning.id}`, colour: warning.colour || undefined, isDrill: warning.exercise, matter: null };
  if (change) {
    const waitsForTalk = change.approval.consultation && change.consulted_by.length === 0;
    const missing = Math.max(1, change.approval.persons - change.signatures.length);
    const title = `${told(change, 'kind')}${say('', ' ')}${nameOf(change.colour)}${say('预警', ' warning')}`;
    return {
      ...base,
      colour: change.colour,
      rank: waitsForTalk ? 1 : 0,
      kind: waitsForTalk ? say('待会商', 'to consult') : say('待签发', 'to sign'),
      title: `${say('建议', 'Proposed: ')}${title}`,
      text: change.reason,
      deadline: change.lapses_at,
      since: change.proposed_at,
      otherwise: say(
        '到期未签发即失效，须重新提出；企业不会收到任何指令',
        'lapses unsigned and has to be proposed anew; no enterprise is told anything',
      ),
      address: to('warnings', warning.id, waitsForTalk ? 'consult' : 'sign'),
      act: waitsForTalk ? say('去会商', 'Consult') : say('去签发（尚缺{n}人）', 'Sign ({n} missing)', { n: missing }),
      isMine: waitsForTalk
        ? isOf('duty_officer', 'approver')
        : isOf('approver') && !change.signatures.some((one) => one.person === desk.me?.id),
    };
  }
  if (warning.standing === 'lifted' || warning.standing === 'evaluated') {
    const isLifted = warning.standing === 'lifted';
    return {
      ...base,
      rank: 6,
      kind: isLifted ? say('待评估', 'to evaluate') : say('待归档', 'to archive'),
      title: `${warning.id} ${told(warning, 'standing')}`,
      text: isLifted
        ? say('解除后须评估响应效果并修订预案', 'after a lift the response is evaluated and the plan revised')
        : say('评估完成，可以归档', 'evaluated; may be archived'),
      deadline: null,
      since: warning.lifted_at || warning.updated_at,
      otherwise: say('总结逾期未报', 'the summary is overdue'),
      address: to('warnings', warning.id, 'close'),
      act: isLifted ? say('去评估', 'Evaluate') : say('去归档', 'Archive'),
      isMine: isOf('duty_officer', 'approver'),
    };
  }
  return null;
}

function ofMatter(matter: Matter): Need {
  const next = matter.ladder.find((step) => !matter.steps.some((done) => done.step === step.step));
  const ranks: { [kind: string]: number } = {
    signature: 0,
    consultation: 1,
    prompt: 2,
    refusal: 3,
    order: 4,
    outage: 3,
    task: 5,
    case: 7,
    roster_gap: 8,
  };
  const addresses: { [kind: string]: string } = {
    order: to('orders', matter.subject),
    refusal: to('orders', matter.subject),
    case: to('cases', matter.subject),
    prompt: to('prompts'),
    signature: to('warnings', matter.subject, 'sign'),
    consultation: to('warnings', matter.subject, 'consult'),
    task: to('tasks', matter.subject),
    roster_gap: to('rules', 'roster'),
    outage: to('rules', 'feeds'),
  };
  return {
    key: `matter-${matter.number}`,
    rank: ranks[matter.kind] ?? 6,
    kind: told(matter, 'kind'),
    title: matter.text
      .replace(/企业(\w{10,})/g, (_, id: string) => enterpriseName(id))
      .replace(/^(duty_officer|approver|inspector|county_officer|admin)/, (role) => nameOf(role)),
    text: '',
    isDrill: matter.exercise,
    deadline: matter.deadline,
    since: matter.opened_at,
    matter,
    otherwise: next
      ? say('无人处理：{action}（{who}）', 'if nobody does: {action} ({who})', {
          action: told(next, 'action'),
          who: next.ask.map((one) => askedName(one)).join(say('、', ', ')) || nameOf(next.action),
        })
      : say('阶梯已走完，不再升级', 'the ladder is at its end'),
    address: addresses[matter.kind] || to('now'),
    act: say('打开', 'Open'),
    isMine: true,
  };
}

export async function readNeeds(): Promise<Need[]> {
  const [warnings, matters, leads, packs, refusals, silent] = await Promise.all([
    get('/api/v1/warnings', { query: { per_page: 50 } }),
    get('/api/v1/duty/matters', { query: { state: 'open', per_page: 200 } }),
    get('/api/v1/cases', { query: { state: isOpenCase, kind: 'lead', per_page: 1 } }),
    get('/api/v1/packs', { query: { per_page: 20 } }),
    get('/api/v1/refusals', { query: { standing: 'open', per_page: 1 } }),
    get('/api/v1/orders', { query: { receipt_state: 'none', per_page: 1 } }),
  ]);
  const needs: Need[] = [];
  const joined = new Set<number>();
  for (const warning of warnings.items) {
    const need = ofWarning(warning);
    if (!need) continue;
    const matter = matters.items.find((one) => (one.kind === 'signature' || one.kind === 'consultation') && one.subject === warning.id);
    if (matter) {
      joined.add(matter.number);
      need.matter = matter;
      need.otherwise = `${ofMatter(matter).otherwise}${mark('；')}${need.otherwise}`;
      if (matter.deadline < (need.deadline || '9')) need.deadline = matter.deadline;
    }
    needs.push(need);
  }
  // Of many orders and cases one line each that leads to the list: a hundred lines hide the one that matters.
  const single = (kind: string): Matter[] => matters.items.filter((one) => one.kind === kind && !joined.has(one.number));
  const gather = (kind: string, need: Omit<Need, 'key' | 'deadline' | 'matter' | 'since' | 'isDrill'>): void => {
    const all = single(kind);
    all.forEach((one) => joined.add(one.number));
    const first = all.reduce<Matter | null>((best, one) => (!best || one.deadline < best.deadline ? one : best), null);
    needs.push({
      ...need,
      key: `all-${kind}`,
      deadline: first?.deadline ?? null,
      since: first?.opened_at ?? '',
      matter: all.length === 1 ? first : null,
      isDrill: all.length > 0 && all.every((one) => one.exercise),
    });
  };
  if (silent.total) {
    gather('order', {
      rank: 4,
      kind: say('未签收', 'silent'),
      title: say('{n} 家企业未签收指令', '{n} {n:enterprise has|enterprises have} not answered {n:its|their} order', { n: silent.total }),
      text: '',
      otherwise: say('列入电话催办，再转县区', 'they go to the telephone list, then to the county'),
      address: `${to('orders')}?state=none`,
      act: say('打电话', 'Call them'),
      isMine: isOf('duty_officer', 'county_officer'),
    });
  }
  if (refusals.total) {
    gather('refusal', {
      rank: 3,
      kind: say('拒绝待答复', 'refusals'),
      title: say('{n} 家企业拒绝执行，待答复', '{n} {n:enterprise refuses|enterprises refuse}; an answer is due', { n: refusals.total }),
      text: '',
      otherwise: say('逾期未答复，企业可以认为其理由被接受', 'without an answer the enterprise may take its reason as accepted'),
      address: `${to('orders')}?state=refused`,
      act: say('去答复', 'Answer'),
      isMine: isOf('duty_officer', 'approver'),
    });
  }
  if (leads.total) {
    gather('case', {
      rank: 7,
      kind: say('线索待核查', 'leads'),
      title: say('{n} 条线索待核查', '{n} {n:lead waits|leads wait} for a site check', { n: leads.total }),
      text: '',
      otherwise: say('证据随时间减弱；线索本身不产生任何处罚', 'evidence fades; a lead by itself leads to nothing'),
      address: to('cases'),
      act: say('去派单', 'Send somebody'),
      isMine: isOf('duty_officer', 'inspector', 'county_officer'),
    });
  }
  for (const pack of packs.items) {
    if (!pack.needs_second || pack.confirmed_at || pack.withdrawn_at || pack.begun_at) continue;
    needs.push({
      key: `pack-${pack.number}`,
      rank: 5,
      kind: say('规则包待确认', 'pack to confirm'),
      title: String(pack.name || pack.id),
      text: String(pack.reason || ''),
      isDrill: false,
      deadline: null,
      since: String(pack.put_at || ''),
      otherwise: say('不确认则不启用', 'it does not begin'),
      address: to('rules', 'packs'),
      act: say('去看', 'Open'),
      isMine: isOf('admin', 'approver') && pack.put_by !== desk.me?.id,
      matter: null,
    });
  }
  for (const matter of matters.items) if (!joined.has(matter.number)) needs.push(ofMatter(matter));
  return needs.sort((a, b) => a.rank - b.rank || (a.deadline || '9').localeCompare(b.deadline || '9'));
}
