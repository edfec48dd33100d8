// `node opening.mjs FOLDER FIRST COUNT FILE`: does with the engine what the page does until its network learns. Every function
// that runs writes 1 into a byte of its own in the engine's memory, COUNT of them from FIRST on; they are left in FILE.
//
// What is not run here is not missing on the page: it comes a moment later. See xtask/wasm/src/division.rs.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, first, count, file] = process.argv.slice(2);
const { initSync, Session } = await import(pathToFileURL(resolve(folder, 'gradus_wasm.js')));
const { memory } = initSync({ module: readFileSync(join(folder, 'observed.wasm')) });

const STEPS = 300; // so that losses and marks are thinned out too

// The address of whoever comes for the first time, and of whoever comes back without having changed anything.
for (const address of ['', '#v=1']) {
  Session.fromAddress(address);
  const session = Session.open(address);
  session.limits();
  const outputs = JSON.parse(session.layout()).length;
  for (let frame = 0; frame < 2; frame += 1) {
    session.status();
    session.config();
    session.featureNames();
    session.inputFeatures();
    session.points();
    session.address();
    session.parameters();
    session.fields(20);
    session.field(outputs, 0, 100);
    session.losses();
    for (let step = 0; step < STEPS; step += 1) session.train(1);
    session.trainExamples(3);
  }
  session.free();
}

writeFileSync(file, new Uint8Array(memory.buffer, Number(first), Number(count)));
