/** Starts the headless test browser: the Chromium of @sparticuz/chromium, or the one that CHROME_EXECUTABLE names. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

/** Not the package's own flags: those put everything into one process, which webviews do not survive. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

/** @type {import('./browser.d.mts').startBrowser} */
export async function startBrowser(folder, { ownFonts = false } = {}) {
  const executablePath = process.env.CHROME_EXECUTABLE ?? path.join(folder, 'chromium');
  return chromium.launch({
    executablePath,
    args: FLAGS,
    env: { ...process.env, ...(process.env.CHROME_EXECUTABLE ? {} : libraries(folder, ownFonts)) },
  });
}

/** Machines without libnss3, libexpat or any font get the copies that the package carries; `ownFonts`: its fonts alone. */
function libraries(folder, ownFonts) {
  const env = {};
  const linked = spawnSync('ldd', [path.join(folder, 'chromium')], { encoding: 'utf8' });
  if (linked.stdout?.includes('not found')) {
    env.LD_LIBRARY_PATH = [path.join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  }
  if (ownFonts || !existsSync('/etc/fonts/fonts.conf')) {
    const fonts = path.join(folder, 'fonts');
    const file = path.join(fonts, 'local.conf');
    const xml = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${fonts}</dir><cachedir>${fonts}-cache</cachedir></fontconfig>`;
    writeFileSync(file, xml);
    env.FONTCONFIG_FILE = file;
  }
  return env;
}
