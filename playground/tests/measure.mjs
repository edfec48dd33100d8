// `node measure.mjs GRADUS CHROMIUM`: how fast the page learns at full speed while it is drawn, how much is loaded at first
// and how long that takes, as one JSON object.

import { gzipSync } from 'node:zlib';
import { cpus } from 'node:os';
import { epoch, launch, open, serve, whenEpoch, WORDS } from './harness.mjs';

const [gradus, chromium] = process.argv.slice(2);
const WARM = 3000; // milliseconds
const MEASURED = 4000;
const TURNS = 5; // of each network, one after the other: the speed of a machine that others use too changes within minutes
const LOADS = 7;
const REST = /gradus_wasm_rest/;

const LARGEST = 'features=x1,x2,x1*x2,x1^2,x2^2,sin(x1),sin(x2)&layers=8,8,8,8,8,8';
const NETWORKS = [
  ['2-4-2-1, as the page begins', ''],
  ['7-8-8-8-8-8-8-1, the largest of TensorFlow Playground', `#v=1&${LARGEST}`],
  ['the same in TensorFlow Playground\'s own numbers (f64)', `#v=1&${LARGEST}&compatible=true`],
];

/** Counts animation frames for a while: their number, and the longest time from one to the next. */
const frames = (page, time) =>
  page.evaluate(
    (duration) =>
      new Promise((resolve) => {
        const start = performance.now();
        let last = start;
        let count = 0;
        let longest = 0;
        const tick = (now) => {
          count += 1;
          longest = Math.max(longest, now - last);
          last = now;
          if (now - start < duration) requestAnimationFrame(tick);
          else resolve({ perSecond: (count * 1000) / (now - start), longest });
        };
        requestAnimationFrame(tick);
      }),
    time,
  );

async function learn(house, hash) {
  const { page, close } = await open(house, { hash, width: 1440, height: 900, reduced: false });
  await page.getByRole('slider', { name: /^Speed/ }).focus();
  await page.keyboard.press('End');
  await whenEpoch(page, (found) => found > 0);
  await page.waitForTimeout(WARM);
  const [before, began] = [await epoch(page), performance.now()];
  const { perSecond, longest } = await frames(page, MEASURED);
  const [after, ended] = [await epoch(page), performance.now()];
  await close();
  return { epochs: ((after - before) * 1000) / (ended - began), frames: perSecond, longest };
}

/** What is fetched until the network learns, and what follows while it does. */
async function load(house) {
  const context = await house.browser.newContext();
  const page = await context.newPage();
  const answers = [];
  page.on('response', (response) =>
    answers.push(response.body().then((body) => ({ name: new URL(response.url()).pathname.slice(1) || 'index.html', bytes: body.length, compressed: gzipSync(body, { level: 9 }).length }))));
  await Promise.all([page.waitForResponse(REST), page.goto(house.origin)]);
  await whenEpoch(page, (found) => found > 0);
  const all = (await Promise.all(answers)).sort((a, b) => b.compressed - a.compressed);
  await context.close();
  const files = all.filter(({ name }) => !REST.test(name));
  const sum = (key) => files.reduce((total, file) => total + file[key], 0);
  return { files, all: { bytes: sum('bytes'), compressed: sum('compressed') }, rest: all.find(({ name }) => REST.test(name)) };
}

/** Milliseconds from the address to a network that is seen to learn; nothing is kept from one time to the next. */
async function wait(house) {
  const context = await house.browser.newContext();
  const page = await context.newPage();
  await page.goto(house.origin, { waitUntil: 'commit' });
  const seen = await page.waitForFunction((title) => {
    const shown = document.querySelector(`[title="${title}"] output`)?.textContent ?? '';
    return Number(shown.replace(/\D/g, '')) > 0 && performance.now();
  }, WORDS.en.epochs);
  const waited = await seen.jsonValue();
  await context.close();
  return waited;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const server = await serve([], gradus);
const browser = await launch(chromium);
const house = { browser, origin: new URL(server.address).origin };
const turns = NETWORKS.map(() => []);
for (let turn = 0; turn < TURNS; turn += 1) {
  for (const [place, [, hash]] of NETWORKS.entries()) turns[place].push(await learn(house, hash));
}
const networks = NETWORKS.map(([name], place) => {
  const all = (key) => turns[place].map((turn) => turn[key]);
  const epochs = all('epochs');
  return {
    name,
    epochs_per_second: median(epochs),
    least_epochs_per_second: Math.min(...epochs),
    most_epochs_per_second: Math.max(...epochs),
    frames_per_second: median(all('frames')),
    longest_frame: Math.max(...all('longest')),
  };
});
const { files, all, rest } = await load(house);
const waits = [];
for (let time = 0; time < LOADS; time += 1) waits.push(await wait(house));
const machine = `Chromium ${browser.version()} without a window, ${cpus()[0].model}, ${cpus().length} cores, 1440 × 900 pixels`;
await browser.close();
await server.stop();
console.log(JSON.stringify({ machine, networks, files, all, rest, milliseconds_to_learning: median(waits) }));
