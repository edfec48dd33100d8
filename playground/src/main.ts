import { mount } from 'svelte';
import App from './App.svelte';
import { playground } from './state/playground.svelte';
import './theme.css';

playground.begin();
mount(App, { target: document.getElementById('app')! });
