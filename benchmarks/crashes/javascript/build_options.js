'use strict';

/** Merges the options of a build: what comes with the tool, of a project, and of a single run. */

const DEFAULTS = Object.freeze({
  output: 'dist',
  minify: false,
  include: ['src/**'],
  define: { debug: 'false' },
});

/** The options with those of another layer on top; lists grow, all else is replaced. */
function merge(base, layer) {
  return {
    ...base,
    ...layer,
    include: [...base.include, ...layer.include],
    define: { ...base.define, ...layer.define },
  };
}

/** The options of a build; each layer names only what it changes. */
function resolve(...layers) {
  const options = layers.reduce(merge, DEFAULTS);
  return { ...options, include: [...new Set(options.include)] };
}

function flags(options) {
  const found = [`--output=${options.output}`];
  if (options.minify) {
    found.push('--minify');
  }
  for (const [name, value] of Object.entries(options.define)) {
    found.push(`--define:${name}=${value}`);
  }
  return found;
}

/** The command line of a build. */
function commandLine(...layers) {
  const options = resolve(...layers);
  return [...flags(options), ...options.include].join(' ');
}

module.exports = { commandLine, resolve };
