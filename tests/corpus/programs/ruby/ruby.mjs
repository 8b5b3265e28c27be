// Ruby of the npm package @ruby/…-wasm-wasi as a command: ruby.mjs PACKAGE SCRIPT ARGUMENTS.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { WASI } from "node:wasi";

const require = createRequire(`${process.env.TOOLS}/`);
const { RubyVM } = require("@ruby/wasm-wasi");
const [pack, script, ...words] = process.argv.slice(2);
const wasm = await readFile(require.resolve(`${pack}/dist/ruby+stdlib.wasm`));
const wasi = new WASI({ version: "preview1", env: process.env, preopens: { "/": "/" } });
const module = await WebAssembly.compile(wasm);
const { vm } = await RubyVM.instantiateModule({ module, wasip1: wasi });
vm.eval(`$stdout.sync = true; ARGV.replace(${JSON.stringify(words)}); load ${JSON.stringify(script)}`);
