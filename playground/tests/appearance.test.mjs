// The page on a phone, a tablet and a desk, light and dark: nothing sticks out to the side, and what is shown can be read.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { pause, whenEpoch, withPage, WORDS } from './harness.mjs';

const house = withPage();
const PICTURES = process.env.GRADUS_PICTURES;
if (PICTURES) mkdirSync(PICTURES, { recursive: true });

const SIZES = [['phone', 360, 740], ['tablet', 820, 1180], ['desk', 1440, 900]];
const LOOKS = [['light', false], ['dark', true]];

/** Elements that reach over the right edge and are not cut off or scrolled by one around them. */
const sticking = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const isHeld = (element) => {
      for (let around = element.parentElement; around; around = around.parentElement) {
        if (around === document.body) return false;
        if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(around).overflowX)) return true;
      }
      return false;
    };
    const all = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > width + 1 && element.getClientRects().length > 0);
    const out = all.filter((element) => !isHeld(element) && getComputedStyle(element).position !== 'fixed');
    return { scroll: document.documentElement.scrollWidth - width, out: out.slice(0, 5).map((element) => `${element.tagName}.${element.className} ${element.textContent?.trim().slice(0, 30)}`) };
  });

for (const [size, width, height] of SIZES) {
  for (const [look, dark] of LOOKS) {
    for (const [locale, words] of [['en-US', WORDS.en], ['zh-CN', WORDS.zh]]) {
      test(`${size}, ${look}, ${locale}`, async () => {
        const { page, close } = await house.open({ width, height, dark, locale });
        await whenEpoch(page, (found) => found > 0, words);
        await pause(page, words);
        const tabs = page.getByRole('tab');
        for (let place = 0; place < (await tabs.count()); place += 1) {
          await tabs.nth(place).click();
          await page.waitForTimeout(120);
          const { scroll, out } = await sticking(page);
          assert.equal(scroll, 0, `the page is ${scroll} pixels too wide with tab ${place}: ${out.join('; ')}`);
          if (PICTURES) await page.screenshot({ path: `${PICTURES}/${size}-${look}-${locale}-${place}.png`, fullPage: true });
        }
        const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const [red, green, blue] = background.match(/[\d.]+/g).map(Number);
        assert.equal(red + green + blue < 384, dark, `the background is ${background}`);
        await close();
      });
    }
  }
}

test('targets are large enough for fingers on a phone', async () => {
  const { page, close } = await house.open({ width: 360, height: 740 });
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, select, input:not([type=checkbox]):not([type=radio]):not([type=file])')]
      .filter((part) => part.getClientRects().length > 0)
      .map((part) => [part.getBoundingClientRect(), part.getAttribute('aria-label') ?? part.textContent.trim()])
      .filter(([box]) => box.height < 24 || box.width < 24)
      .map(([box, name]) => `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`));
  assert.deepEqual(small, [], 'controls below 24 pixels (WCAG 2.2, 2.5.8)');
  await close();
});
