// What is fetched at first, how much it is, and that it is all: the page works offline from then on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { print, whenEpoch, whenReady, withPage } from './harness.mjs';

const house = withPage();
// Bytes, compressed. What there is fits with a little room; the bounds keep it from growing.
const MOST_ENGINE = 600_000;
const MOST_PAGE = 150_000;

/** Path of what came, its bytes, and its bytes compressed. */
async function sizes(response) {
  const body = await response.body();
  return [new URL(response.url()).pathname, body.length, gzipSync(body, { level: 9 }).length];
}

test('the first load is small', async () => {
  const context = await house.browser.newContext();
  const page = await context.newPage();
  const responses = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(house.origin);
  await whenReady(page);
  await whenEpoch(page, (found) => found > 0);
  const all = (await Promise.all(responses.map(sizes))).sort((a, b) => b[2] - a[2]);
  for (const [name, bytes, compressed] of all) {
    print(`${name}: ${(bytes / 1000).toFixed(1)} kB, compressed ${(compressed / 1000).toFixed(1)} kB`);
  }
  const size = (ending) => all.filter(([name]) => ending.test(name)).reduce((sum, [, , compressed]) => sum + compressed, 0);
  const [engine, scripts] = [size(/\.wasm$/), size(/\.(js|css)$/)];
  assert.ok(engine > 0, 'the engine was not loaded');
  assert.ok(engine <= MOST_ENGINE, `the engine has ${engine} bytes, at most ${MOST_ENGINE}`);
  assert.ok(scripts <= MOST_PAGE, `scripts and styles have ${scripts} bytes, at most ${MOST_PAGE}`);
  await context.close();
});

test('once it is loaded the page needs no network', async () => {
  const { page, close } = await house.open({ expected: [/ERR_INTERNET_DISCONNECTED/] });
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
