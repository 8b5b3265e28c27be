const test = require('node:test');
const assert = require('node:assert');
const { cloud, header, normalize } = require('./tag_cloud.js');

const names = (page) => [...page.matchAll(/#([^<]+)</g)].map((match) => match[1]);

test('one tag', () => {
  assert.strictEqual(header({ title: 't', tags: ['a'] }), '<h1>t</h1><p><a href="/tags/a">#a</a></p>');
});

test('each tag once, in the order of the article', () => {
  assert.deepStrictEqual(names(header({ title: 't', tags: ['b', 'A', 'B ', 'c', 'a'] })), ['b', 'a', 'c']);
});

test('links are set apart by a space', () => {
  assert.match(header({ title: 't', tags: ['a', 'b'] }), /<\/a> <a/);
});

test('the article keeps its tags', () => {
  const article = { title: 't', tags: ['A', 'a'] };
  header(article);
  assert.deepStrictEqual(article.tags, ['A', 'a']);
  assert.strictEqual(normalize(' Slow  Food'), 'slow-food');
});

test('the cloud', () => {
  assert.deepStrictEqual(cloud([{ tags: ['b'] }, { tags: ['a'] }]), ['a (1)', 'b (1)']);
  assert.deepStrictEqual(cloud([]), []);
});
