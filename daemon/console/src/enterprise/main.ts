import { createApp } from 'vue';
import { startWorker } from '@/shared/offline';
import Said from '@/shared/Said.vue';
import '@/shared/tokens.css';
import '@/shared/phone.css';
import './enterprise.css';
import App from './App.vue';

createApp(App).component('Said', Said).mount('#app');
startWorker();
