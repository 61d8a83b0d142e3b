import { createApp } from 'vue';
import { keepForLong } from '@/shared/keep';
import { startWorker } from '@/shared/offline';
import Said from '@/shared/Said.vue';
import '@/shared/tokens.css';
import '@/shared/phone.css';
import './inspector.css';
import App from './App.vue';

createApp(App).component('Said', Said).mount('#app');
startWorker();
keepForLong();
