'use strict';

/** Turns the settings of a workspace into the style of its pages. */

const DEFAULT_ACCENT = '#3366cc';
const SIZES = { small: 12, normal: 15, large: 19 };

function accent(settings) {
  return settings.theme.colors.accent || DEFAULT_ACCENT;
}

function fontSize(settings) {
  return SIZES[settings.fontSize] || SIZES.normal;
}

/** The colour a little darker, for borders. */
function darker(color, share = 0.2) {
  const parts = [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
  const dark = parts.map((part) => Math.round(part * (1 - share)));
  return `#${dark.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** The variables that a page sets; what a workspace has not chosen has a default. */
function variables(settings) {
  const color = accent(settings);
  return {
    '--accent': color,
    '--border': darker(color),
    '--font-size': `${fontSize(settings)}px`,
  };
}

function styleSheet(settings) {
  const lines = Object.entries(variables(settings)).map(([name, value]) => `${name}: ${value};`);
  return `:root { ${lines.join(' ')} }`;
}

module.exports = { accent, darker, fontSize, styleSheet, variables };
