const test = require('node:test');
const assert = require('node:assert');
const { cloud, header } = require('./tag_cloud.js');

test('counts tags', () => {
  const articles = [{ tags: ['Tea', 'green'] }, { tags: ['tea ', 'tea'] }];
  assert.deepStrictEqual(cloud(articles), ['tea (2)', 'green (1)']);
});

test('writes the tags below the title', () => {
  const article = { title: 'On tea', tags: ['Tea', 'tea', 'slow food'] };
  const links = '<a href="/tags/tea">#tea</a> <a href="/tags/slow-food">#slow-food</a>';
  assert.strictEqual(header(article), `<h1>On tea</h1><p>${links}</p>`);
});

test('writes a title without tags', () => {
  assert.strictEqual(header({ title: 'On tea', tags: [] }), '<h1>On tea</h1>');
});
