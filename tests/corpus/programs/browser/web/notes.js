// First in each bundle: a release with more notes moves the lines of everything below.
export const notes = [
  "1.4.2: a cart keeps its owner",
];
