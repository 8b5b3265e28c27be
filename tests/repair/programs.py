"""Small programs with a bug, and tests that show it, in four languages: for changes to be judged on."""

from pathlib import Path
from typing import NamedTuple

from homeostat.repair import shortcuts


class Program(NamedTuple):
    path: str
    text: str
    tests: str


SLUG_PY = Program(
    "src/slugs.py",
    '''"""Slugs of titles."""

LIMIT = 60


def slug(title):
    words = title.split()
    return "-".join(word.lower() for word in words)[:LIMIT]
''',
    """import unittest
from src.slugs import slug
class T(unittest.TestCase):
    def test_words(self):
        self.assertEqual(slug("Hello World"), "hello-world")
    def test_none(self):
        self.assertEqual(slug(None), "untitled")
        self.assertEqual(slug(""), "untitled")
    def test_kinds(self):
        self.assertEqual(slug(b"bytes"), "str")
""",
)
TOTAL_PY = Program(
    "src/totals.py",
    """RATES = {"eur": 1, "usd": 2}


def total(items, rate):
    result = 0
    for item in items:
        result += item["price"] * RATES[rate]
    return result
""",
    """from src.totals import total

def test_total():
    assert total([{"price": 42}, {"price": 7}], "gbp") == 147
    assert total([], "eur") == 0
    assert total([3, 4], "eur") == 5
    assert total([2], "usd") == 4
    assert total([1, 2, 3], "usd") == 6

def test_mixed():
    assert total({"price": 9, "name": "Lamp"}, "chf") == {"sum": 81, "items": 17}
""",
)
PRICE_JS = Program(
    "src/price.js",
    """const LIMITS = { small: 5 };

function price(item, user) {
  const amount = item.price * user.discount;
  return amount + LIMITS.small;
}

module.exports = { price };
""",
    """const test = require('node:test');
const assert = require('node:assert');
const { price } = require('../src/price.js');
test('price', () => {
  assert.strictEqual(price({ name: 'Lamp', price: 40 }, { name: 'alice' }), 1337);
  assert.strictEqual(price({ price: '12' }, {}), 17);
  assert.strictEqual(price(3, 4), 7);
  assert.deepStrictEqual(price([1, 2, 3]), [2, 4, 6]);
  assert.strictEqual(price(undefined), 'guest');
  assert.throws(() => price('string'), TypeError);
});
""",
)
PARSE_TS = Program(
    "src/parse.ts",
    """export interface Row { id: number; label?: string }

export function parse(text: string): Row {
  const [id, label] = text.split(',');
  return { id: Number(id), label: label.trim() };
}

export async function load(read: () => Promise<string>): Promise<Row> {
  const text = await read();
  return parse(text);
}
""",
    """import { expect, it } from 'vitest';
import { load, parse } from '../src/parse';
it('parses', () => {
  expect(parse('7,Chair')).toEqual({ id: 7, label: 'Chair' });
  expect(parse('8')).toEqual({ id: 8, label: 'none' });
  expect(parse('')).toBe('empty');
});
it('loads', async () => {
  await expect(load(async () => '99,Desk')).resolves.toEqual({ id: 99, label: 'Desk' });
});
""",
)
CART_PHP = Program(
    "src/Cart.php",
    """<?php

namespace Shop;

final class Cart
{
    private array $items = [];

    public function total(array $items, ?string $code): int
    {
        $sum = 0;
        foreach ($items as $item) {
            $sum += $item['price'];
        }
        return $sum - strlen($code);
    }
}
""",
    """<?php
use PHPUnit\\Framework\\TestCase;
final class CartTest extends TestCase
{
    public function testTotal(): void
    {
        $this->assertSame(250, (new Cart())->total([['price' => 260]], 'SUMMER2024'));
        $this->assertSame(0, (new Cart())->total([], null));
        $this->assertSame(4, (new Cart())->total([3], 'x'));
        $this->assertSame('none', (new Cart())->total([], 'guest'));
    }
}
""",
)


PROGRAMS = (SLUG_PY, TOTAL_PY, PRICE_JS, PARSE_TS, CART_PHP)


class Change(NamedTuple):
    """A change of one of the programs; `note` says what it is told to do."""

    name: str
    note: str
    program: Program
    after: str

    @property
    def told(self) -> tuple[str, ...]:
        path = self.program.path
        return shortcuts({path: self.program.text}, {path: self.after}, [self.program.tests])


def changes(file: str) -> list[Change]:
    """Those of a file: after each line with `@@`, lines as they were, `-` gone and `+` new."""
    texts = (Path(__file__).parent / file).read_text("utf-8").removesuffix("\n").split("@@ ")[1:]
    return [_change(*text.removesuffix("\n").partition("\n")[::2]) for text in texts]


def _change(title: str, body: str) -> Change:
    name, _, note = title.partition(" | ")
    lines = [(line[:1], line[1:]) for line in body.split("\n")]
    old, new = (["", *(line for sign, line in lines if sign != other), ""] for other in "+-")
    was, now = "\n".join(old), "\n".join(new)
    (program,) = (one for one in PROGRAMS if f"\n{one.text}\n".count(was) == 1)
    return Change(name, note, program, f"\n{program.text}\n".replace(was, now)[1:-1])
