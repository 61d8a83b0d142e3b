// The stations of a warning: each has an address, what is done there, and whether it is done.
import { say } from '@/shared/words';
import type { Warning } from '@/shared/wire';

export interface Station {
  key: string;
  name: string;
  isDone: boolean;
}

export function stationsOf(warning: Warning): Station[] {
  const change = warning.pending;
  const wasIssued = warning.segments.length > 0;
  const hasTalked = !!change && (change.consulted_by.length > 0 || !change.approval.consultation);
  const list = [
    { key: 'assess', name: say('研判', 'Assess'), isDone: !!change || wasIssued },
    { key: 'consult', name: say('会商', 'Consult'), isDone: hasTalked || (!change && wasIssued) },
    { key: 'plan', name: say('方案', 'Plan'), isDone: hasTalked || (!change && wasIssued) },
    { key: 'text', name: say('文稿', 'Text'), isDone: hasTalked || (!change && wasIssued) },
    { key: 'sign', name: say('签发', 'Sign'), isDone: !change && wasIssued },
  ];
  if (wasIssued) list.push({ key: 'receipts', name: say('回执', 'Receipts'), isDone: false });
  if (warning.lifted_at) list.push({ key: 'close', name: say('评估归档', 'Close'), isDone: warning.standing === 'archived' });
  list.push({ key: 'story', name: say('办理过程', 'Story'), isDone: false });
  return list;
}

export function firstStation(warning: Warning): string {
  const change = warning.pending;
  if (change) return change.approval.consultation && change.consulted_by.length === 0 ? 'assess' : 'sign';
  if (warning.lifted_at && (warning.standing === 'lifted' || warning.standing === 'evaluated')) return 'close';
  return warning.segments.length ? 'receipts' : 'story';
}
