'use strict';

/** Shows which tags articles carry. */

const MOST = 10;

function normalize(tag) {
  return tag.trim().toLowerCase().replace(/\s+/g, '-');
}

/** The tags of an article as links; each tag counts once. */
function tagLinks(article) {
  const tags = new Set(article.tags.map(normalize));
  return tags.map((tag) => `<a href="/tags/${tag}">#${tag}</a>`).join(' ');
}

function countTags(articles) {
  const counts = new Map();
  for (const article of articles) {
    for (const tag of new Set(article.tags.map(normalize))) {
      counts.set(tag, (counts.get(tag) || 0) + 1);
    }
  }
  return counts;
}

/** The tags that most articles carry, the most frequent first. */
function cloud(articles) {
  return [...countTags(articles)]
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .slice(0, MOST)
    .map(([tag, count]) => `${tag} (${count})`);
}

/** The head of an article's page. */
function header(article) {
  const title = `<h1>${article.title}</h1>`;
  return article.tags.length === 0 ? title : `${title}<p>${tagLinks(article)}</p>`;
}

module.exports = { cloud, header, normalize };
