// What was said on the telephone, recorded; the form is the same in the call mode and on the order.
import { post, type Posted } from '@/shared/api';

export const kSaid = ['received', 'accepted', 'executing', 'done', 'refused'];
export function recordCall(
  enterprise: string,
  revision: number,
  state: string,
  by: string,
  note: string,
  key: string,
): Promise<Posted<'/api/v1/orders/{enterprise}/receipts'>> {
  return post('/api/v1/orders/{enterprise}/receipts', { path: { enterprise } }, { state, by, note, revision }, key);
}
