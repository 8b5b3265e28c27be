'use strict';

/** Runs plugins that change a document; each may take part before, during and after. */
class PluginHost {
  constructor(plugins = []) {
    this.plugins = [];
    plugins.forEach((plugin) => this.add(plugin));
  }

  add(plugin) {
    if (!plugin.name) {
      throw new Error('a plugin needs a name');
    }
    this.plugins.push(plugin);
  }

  names() {
    return this.plugins.map((plugin) => plugin.name);
  }

  /** The document after all plugins; all of them are told of the end, whatever happens. */
  run(document) {
    const context = { log: [] };
    try {
      this.plugins.forEach((plugin) => plugin.start?.(context));
      return { document: this.apply(document, context), log: context.log };
    } finally {
      this.plugins.forEach((plugin) => plugin.finish(context));
    }
  }

  apply(document, context) {
    return this.plugins.reduce(
      (current, plugin) => (plugin.transform ? plugin.transform(current, context) : current),
      document,
    );
  }
}

const trimmer = {
  name: 'trimmer',
  transform: (document) => document.trim(),
  finish: (context) => context.log.push('trimmed'),
};

const counter = {
  name: 'counter',
  start: (context) => context.log.push('counting'),
  finish: (context) => context.log.push('counted'),
};

module.exports = { PluginHost, counter, trimmer };
