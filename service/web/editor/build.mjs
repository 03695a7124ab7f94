// Three files for the pages, and the print fonts of two scripts, from these sources alone: node build.mjs DIRECTORY. The
// second and the third carry what a person opens on purpose, and no library: the first lends them what they need.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const source = (name) => new URL(`src/${name}.ts`, import.meta.url).pathname;

const make = (entryPoints, more) =>
  build({
    entryPoints,
    outdir: process.argv[2],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
    logLevel: "warning",
    ...more,
  });

await make({ editor: source("main") }, { alias: { "lib0/logging": source("sync/lib0-logging-stub") } });
await make({ margin: source("margin"), suggest: source("suggest") }, { packages: "external" });

const families = { "noto-sans-armenian": "NotoSansArmenian", "noto-sans-syriac": "NotoSansSyriac" };
for (const [name, family] of Object.entries(families)) {
  for (const weight of ["400Regular", "700Bold"]) {
    const file = `${family}_${weight}.ttf`;
    const packaged = new URL(`node_modules/@expo-google-fonts/${name}/${weight}/${file}`, import.meta.url);
    copyFileSync(packaged, join(process.argv[2], file));
  }
}
