// Puts the page up.

import './theme.css'; // first, so that the parts of the page may say otherwise
import { mount } from 'svelte';
import App from './App.svelte';
import { isTableServed, takeServedTable } from './served_table';
import { playground } from './state/playground.svelte';

// The table's address is no configuration: the page begins with the default one, and takes the table after that.
const served = isTableServed();
playground.begin(served ? '' : location.hash);
if (served) void takeServedTable().then((line) => playground.notify(line, 'warning'));
mount(App, { target: document.getElementById('app')! });
