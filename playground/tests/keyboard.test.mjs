// Everything without a mouse.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeDialog, epoch, pause, whenEpoch, withPage } from './harness.mjs';

const house = withPage();

/** Every control that the tab key should reach; `missed` are those that it has not reached yet. */
const begin = (page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('button, select, input, textarea, a[href], [tabindex="0"]')];
    window.missed = new Set(all.filter((part) => part.tabIndex >= 0 && !part.disabled && part.checkVisibility({ visibilityProperty: true })));
    return window.missed.size;
  });

/** What has the focus: whether it is new, and whether anything shows it. */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    if (element === document.body) return { name: 'the page', isNew: false, ring: true };
    // A control that the eye cannot see lends its ring to the label around it.
    const around = [element, element.closest('label')].filter(Boolean).map((part) => getComputedStyle(part));
    return {
      name: element.outerHTML.slice(0, 120),
      isNew: window.missed.delete(element),
      ring: around.some((style) => (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none'),
    };
  });

test('the tab key reaches every control, and shows where it is', async () => {
  const { page, close } = await house.open();
  await pause(page);
  const wanted = await begin(page);
  for (let presses = 0; presses < 2 * wanted; presses += 1) {
    await page.keyboard.press('Tab');
    const { name, ring } = await focused(page);
    assert.ok(ring, `nothing shows that the focus is on ${name}`);
  }
  // Of radio buttons one has the focus for all of its group.
  const missed = await page.evaluate(() => [...window.missed].filter((part) => part.type !== 'radio').map((part) => part.outerHTML.slice(0, 120)));
  assert.deepEqual(missed, []);
  await close();
});

test('keys for the whole page', async () => {
  const { page, close } = await house.open();
  await whenEpoch(page, (found) => found > 0);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Train', exact: true }).waitFor();
  const paused = await pause(page);
  await page.keyboard.press('s');
  await whenEpoch(page, (found) => found === paused + 1);
  await page.keyboard.press('r');
  await whenEpoch(page, (found) => found === 0);
  await page.keyboard.press('n');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+y');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await closeDialog(page);
  await page.keyboard.press('Space');
  await whenEpoch(page, (found) => found > 0);
  await close();
});

test('arrows walk through the network, and Enter shows the weights', async () => {
  const { page, close } = await house.open();
  await pause(page);
  await page.getByRole('button', { name: /^Neuron 1 of layer 1/ }).focus();
  for (const [key, expected] of [['ArrowDown', /^Neuron 2 of layer 1/], ['ArrowRight', /^Neuron 2 of layer 2/], ['ArrowUp', /^Neuron 1 of layer 2/], ['ArrowLeft', /^Neuron 1 of layer 1/]]) {
    await page.keyboard.press(key);
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent), expected);
  }
  await page.keyboard.press('Enter');
  const weight = page.getByRole('spinbutton').first();
  await weight.waitFor();
  const before = await epoch(page);
  await weight.fill('1.5');
  await weight.press('Tab');
  assert.equal(Number(await weight.inputValue()), 1.5);
  assert.equal(await epoch(page), before);
  await page.keyboard.press('Escape');
  await close();
});

test('the speed goes from slow motion to full with the keyboard', async () => {
  const { page, close } = await house.open();
  const slider = page.getByRole('slider', { name: /^Speed/ });
  await slider.focus();
  await page.keyboard.press('End');
  const deadline = Date.now() + 120_000;
  const before = await epoch(page);
  await whenEpoch(page, (found) => found > before + 500);
  await page.keyboard.press('Home');
  // What was learned before the key arrived may still have to be shown.
  for (let last = NaN, now = await epoch(page); !(now <= last + 1); ) {
    await page.waitForTimeout(700);
    [last, now] = [now, await epoch(page)];
    assert.ok(Date.now() < deadline, 'slow motion is slow');
  }
  await close();
});
