import { createApp } from 'vue';
import { startWorker } from '@/shared/offline';
import '@/shared/tokens.css';
import '@/shared/phone.css';
import './enterprise.css';
import App from './App.vue';

createApp(App).mount('#app');
startWorker();
