import { createApp } from 'vue';
import '@/shared/tokens.css';
import './console.css';
import App from './App.vue';
import { enter, mayEnter } from './desk';

createApp(App).mount('#app');
if (mayEnter()) enter().catch(() => undefined);
