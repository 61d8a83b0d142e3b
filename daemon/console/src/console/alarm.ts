// Somebody has to notice within seconds, also where the tab is behind others: the title changes, a sound comes and comes
// again until somebody touches the page, and the system's own notification where the person has allowed it.
import { computed, reactive, ref, watch } from 'vue';
import { nameOf } from '@/shared/names';
import type { Told } from '@/shared/follow';
import { isEnglish, say } from '@/shared/words';
import { desk, isOf, onTold } from './desk';

const kKey = 'qingkong-sound';
const kAgainMs = 20000;
const kTimesMax = 15; // five minutes; after that the ladder of the duty desk asks somebody else

// Worded when it is shown: the language may change while it stands there.
const words = ref<(() => string) | null>(null);
export const alarm = reactive({ text: computed(() => words.value?.() ?? ''), isSoundOn: localStorage.getItem(kKey) !== 'off', count: 0 });
let audio: AudioContext | null = null;
let timer = 0;
let times = 0;

export function switchSound(): void {
  alarm.isSoundOn = !alarm.isSoundOn;
  localStorage.setItem(kKey, alarm.isSoundOn ? 'on' : 'off');
  if (alarm.isSoundOn) ring();
}

function tone(context: AudioContext, from: number, pitch: number): void {
  const [wave, loudness] = [context.createOscillator(), context.createGain()];
  wave.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, from);
  loudness.gain.exponentialRampToValueAtTime(0.35, from + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0001, from + 0.32);
  wave.connect(loudness).connect(context.destination);
  wave.start(from);
  wave.stop(from + 0.35);
}
function ring(): void {
  if (!alarm.isSoundOn) return;
  try {
    audio ||= new AudioContext();
    void audio.resume();
    [880, 660, 880, 660].forEach((pitch, at) => tone(audio!, audio!.currentTime + at * 0.36, pitch));
  } catch {
    /* a browser without sound shows the rest */
  }
}

// Browsers allow sound and notifications only after a person has done something on the page.
export function prepare(): void {
  try {
    audio ||= new AudioContext();
    void audio.resume();
  } catch {
    /* no sound here */
  }
  if ('Notification' in window && window.isSecureContext && Notification.permission === 'default') void Notification.requestPermission();
}

function showTitle(): void {
  const name = isEnglish() ? 'Qingkong · Duty console' : '晴空 · 值班台';
  document.title = alarm.text ? `● ${alarm.text} · ${name}` : alarm.count ? `(${alarm.count}) ${name}` : name;
}
watch(() => [alarm.text, alarm.count, isEnglish()], showTitle, { immediate: true });

// What is only a reminder takes no words away that say more and that nobody has answered yet.
export function raise(text: () => string, isReminder = false): void {
  if (!isReminder || !words.value) words.value = text;
  times = 0;
  clearInterval(timer);
  ring();
  timer = window.setInterval(() => {
    if (++times >= kTimesMax) clearInterval(timer);
    else ring();
  }, kAgainMs);
  if ('Notification' in window && window.isSecureContext && Notification.permission === 'granted')
    new Notification(text(), { tag: 'qingkong', requireInteraction: true });
}
export function quiet(): void {
  if (!words.value) return;
  words.value = null;
  clearInterval(timer);
}
// A pointer or key on the page: somebody is here. What the login itself pressed does not count.
for (const kind of ['pointerdown', 'keydown']) window.addEventListener(kind, quiet);

const kLoud: { [kind: string]: (event: Told) => string | null } = {
  'warning.proposed': (event) =>
    isOf('duty_officer', 'approver') ? say('新建议：{c}预警', 'New proposal: {c}', { c: nameOf(String(event.data.colour || '')) }) : null,
  'warning.asked': () => (isOf('approver') ? say('有预警等待签发', 'A warning waits for a signature') : null),
  'warning.lapsed': () => (isOf('duty_officer', 'approver') ? say('一条建议逾期失效', 'A proposal has lapsed') : null),
  'duty.step': (event) =>
    Array.isArray(event.data.asked) && event.data.asked.some((one) => one === desk.me?.id || desk.me?.roles.includes(String(one)))
      ? say('待办催办：{k}', 'A matter waits for you: {k}', { k: nameOf(String(event.data.kind || '')) })
      : null,
};
onTold((event) => {
  const text = (): string => kLoud[event.kind]?.(event) ?? '';
  const whole = (): string => (event.data.exercise === true ? say('【演练】', '[EXERCISE] ') : '') + text();
  if (text()) raise(whole, event.kind === 'duty.step');
});
