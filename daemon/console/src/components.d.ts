// What every page uses without importing it.
import type Said from './shared/Said.vue';

declare module 'vue' {
  interface GlobalComponents {
    Said: typeof Said;
  }
}
export {};
