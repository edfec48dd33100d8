// The engine lives in a worker; one that dies or hangs is replaced, and training goes on from a few seconds before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whenEpoch, withPage } from './harness.mjs';

const house = withPage();

/** Ways to lose a worker, and what the console may then say. */
const DEATHS = [
  ['it throws', (worker) => worker.evaluate(() => void setTimeout(() => { throw new Error('killed on purpose'); }, 0)), [/killed on purpose/]],
  ['it hangs', (worker) => void worker.evaluate(() => { for (;;); }).catch(() => {}), []],
  ['its memory is gone', (worker) => worker.evaluate(() => void setTimeout(() => { throw new WebAssembly.RuntimeError('unreachable'); }, 0)), [/unreachable/]],
];

for (const [name, kill, expected] of DEATHS) {
  test(`a worker is replaced when ${name}`, async () => {
    const { page, close } = await house.open({ expected });
    const before = await whenEpoch(page, (found) => found > 60);
    const [worker] = page.workers();
    assert.ok(worker, 'the page has no worker');
    const replaced = page.waitForEvent('worker', { timeout: 60_000 });
    await kill(worker);
    await replaced;
    await page.getByRole('status').filter({ hasText: /started again/ }).waitFor();
    await whenEpoch(page, (found) => found > before);
    await close();
  });
}

test('a page that is closed while it trains leaves nothing behind', async () => {
  const { page, close } = await house.open();
  await whenEpoch(page, (found) => found > 10);
  await page.goto('about:blank');
  const deadline = Date.now() + 60_000;
  while (page.workers().length > 0) {
    assert.ok(Date.now() < deadline, 'the worker outlives its page');
    await page.waitForTimeout(50);
  }
  await close();
});
