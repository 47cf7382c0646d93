// SPDX-License-Identifier: Apache-2.0
// node embed.mjs DIST OUT: compresses the files of DIST and writes OUT/assets.cc, which has them.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

const TYPES = {
  '.css': 'text/css;charset=UTF-8',
  '.html': 'text/html;charset=UTF-8',
  '.js': 'text/javascript;charset=UTF-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const [dist, out] = process.argv.slice(2).map((path) => resolve(path));
const packed = join(out, 'gzip');
rmSync(packed, { recursive: true, force: true });
mkdirSync(packed, { recursive: true });

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
  .sort();

const symbols = [];
const rows = [];
for (const [index, path] of files.entries()) {
  const type = TYPES[extname(path)];
  if (type === undefined) {
    throw new Error(`embed: no type is known for ${path}`);
  }
  const bytes = readFileSync(join(dist, path));
  const file = join(packed, `${index}.gz`);
  writeFileSync(file, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  symbols.push(`POSTERN_FILE(${index}, "${file}")`);
  rows.push(`{"${path}", "${type}", "\\"${etag}\\"", {begin_${index}, end_${index}}},`);
}

writeFileSync(
  join(out, 'assets.cc'),
  `// Made by console/tools/embed.mjs.
#include "console/assets.h"

#define POSTERN_FILE(n, path)                                                      \\
  __asm__(".section .rodata\\nbegin_" #n ":\\n.incbin \\"" path "\\"\\nend_" #n ":\\n" \\
          ".previous\\n");                                                          \\
  extern "C" const char begin_##n[] __attribute__((visibility("hidden")));         \\
  extern "C" const char end_##n[] __attribute__((visibility("hidden")));

${symbols.join('\n')}

namespace postern::console {

std::span<const Asset> assets() {
  static const Asset kFiles[] = {
      ${rows.join('\n      ')}
  };
  return kFiles;
}

std::string_view absence() {
  return "";
}

}  // namespace postern::console
`,
);
