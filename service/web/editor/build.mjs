// Two files for the page, from these sources alone: node build.mjs DIRECTORY. The second carries what a person opens on
// purpose, and no library: the first lends it what it needs.
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
await make({ margin: source("margin") }, { packages: "external" });
