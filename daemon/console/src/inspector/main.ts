import { createApp } from 'vue';
import { keepForLong } from '@/shared/keep';
import { startWorker } from '@/shared/offline';
import '@/shared/tokens.css';
import '@/shared/phone.css';
import './inspector.css';
import App from './App.vue';

createApp(App).mount('#app');
startWorker();
keepForLong();
