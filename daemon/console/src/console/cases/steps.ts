// The steps of a case as the API names them.
import { say } from '@/shared/words';

export function stepName(step: string): string {
  const names: { [step: string]: string } = {
    site_check: say('派员核查', 'Send inspectors'),
    check: say('记录核查', 'Record the check'),
    conclusion: say('作出结论', 'Conclude'),
    statement: say('记录企业陈述', 'Record the statement'),
    decision: say('复核陈述', 'Decide on the statement'),
    rectification: say('责令整改', 'Order to put it right'),
    rectified: say('记录整改完成', 'Reported put right'),
    recheck: say('整改复查', 'Check again'),
    close: say('销号', 'Close the case'),
    withdrawal: say('撤销线索', 'Withdraw'),
    data_returned: say('数据恢复', 'data are back'),
    reopened: say('再次出现', 'there again'),
    opened: say('线索生成', 'opened'),
    verdict: say('研判更新', 'verdict'),
  };
  return names[step] || step;
}
