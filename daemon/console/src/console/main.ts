import { createApp } from 'vue';
import { cards } from '@/shared/cards';
import Said from '@/shared/Said.vue';
import '@/shared/tokens.css';
import './console.css';
import App from './App.vue';
import { enter, mayEnter } from './desk';

createApp(App).component('Said', Said).directive('cards', cards).mount('#app');
if (mayEnter()) enter().catch(() => undefined);
