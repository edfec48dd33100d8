// What is fetched at first, how much it is, and that it is all: the page works offline from then on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { epoch, pause, print, shareLink, whenEpoch, whenReady, withPage } from './harness.mjs';

const house = withPage();
// Bytes that are fetched until the network learns, compressed.
const MOST_ENGINE = 150_000;
const MOST = 300_000;
const REST = '**/gradus_wasm_rest*';

/** Path of what came, its bytes, and its bytes compressed. */
async function sizes(response) {
  const body = await response.body();
  return [new URL(response.url()).pathname, body.length, gzipSync(body, { level: 9 }).length];
}

/** Holds the rest of the engine back until the function is called that this gives. */
async function holdRest(page) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(REST, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test('the network learns from a first load that is small', async () => {
  const { page, close } = await house.open({ ready: false });
  await page.goto('about:blank');
  const release = await holdRest(page);
  const responses = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(house.origin);
  await whenReady(page);
  const found = await whenEpoch(page, (found) => found > 100);
  const all = (await Promise.all(responses.map(sizes))).sort((a, b) => b[2] - a[2]);
  for (const [name, bytes, compressed] of all) {
    print(`${name}: ${(bytes / 1000).toFixed(1)} kB, compressed ${(compressed / 1000).toFixed(1)} kB`);
  }
  const size = (ending) => all.filter(([name]) => ending.test(name)).reduce((sum, [, , compressed]) => sum + compressed, 0);
  const [engine, everything] = [size(/\.wasm$/), size(/./)];
  assert.ok(engine > 0, 'the engine was not loaded');
  assert.ok(engine <= MOST_ENGINE, `the engine has ${engine} bytes, at most ${MOST_ENGINE}`);
  assert.ok(everything <= MOST, `all together has ${everything} bytes, at most ${MOST}`);
  release();
  assert.ok((await shareLink(page)).includes('#s='));
  await whenEpoch(page, (later) => later > found);
  await close();
});

test('what is asked before the rest of the engine is there is done when it comes', async () => {
  const { page, close } = await house.open({ ready: false });
  await page.goto('about:blank');
  const release = await holdRest(page);
  await page.goto(house.origin);
  await whenEpoch(page, (found) => found > 0);
  const rate = page.getByRole('combobox', { name: 'Learning rate', exact: true });
  await rate.selectOption({ label: '0.1' });
  await page.getByRole('button', { name: 'Add a layer' }).click();
  assert.equal(await pause(page), await pause(page), 'it can be paused meanwhile');
  release();
  await page.waitForFunction(() => /learning_rate=0\.1/.test(location.hash) && /layers=[^&]*,[^&]*,/.test(location.hash));
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const found = await whenEpoch(page, () => true);
  await whenEpoch(page, (later) => later > found);
  await close();
});

test('the network learns the same, whenever the rest of the engine comes', async () => {
  const late = await house.open({ ready: false });
  await late.page.goto('about:blank');
  const release = await holdRest(late.page);
  await late.page.goto(house.origin);
  await whenEpoch(late.page, (found) => found > 100);
  const paused = await pause(late.page);
  release();
  // A setting in the address, though it is the default, has the rest come first.
  const early = await house.open({ hash: '#v=1&learning_rate=0.03' });
  const wanted = Math.max(paused, await pause(early.page)) + 20;
  for (const { page } of [late, early]) {
    for (let done = await epoch(page); done < wanted; done += 1) await page.keyboard.press('s');
    await whenEpoch(page, (found) => found === wanted);
  }
  assert.equal(await shareLink(late.page), await shareLink(early.page));
  await late.close();
  await early.close();
});

test('once it is loaded the page needs no network', async () => {
  const { page, close } = await house.open({ expected: [/ERR_INTERNET_DISCONNECTED/] });
  await shareLink(page); // which takes the rest of the engine
  await page.context().setOffline(true);
  const before = await whenEpoch(page, (found) => found > 0);
  for (const name of await page.getByRole('tab').all()) await name.click();
  await whenEpoch(page, (found) => found > before + 20);
  await close();
});

test('nothing is kept but what the person chose', async () => {
  const { page, close } = await house.open();
  await page.getByRole('button', { name: '中文', exact: true }).click();
  assert.deepEqual(await page.context().cookies(), []);
  const kept = await page.evaluate(() => Object.keys(localStorage));
  assert.ok(kept.every((key) => key.startsWith('gradus.')), kept.join());
  await close();
});
