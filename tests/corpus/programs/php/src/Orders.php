<?php

namespace Shop;

class Orders
{
    public static function load(string $number): array
    {
        throw new \OutOfBoundsException("no record $number of 2026-03-01 in /var/lib/shop/$number.json");
    }

    public static function total(array $lines): int
    {
        return array_sum(array_map(fn (string $line, int $count) => $count, $lines));
    }

    public static function share(int $people): int
    {
        return intdiv(100, $people - strlen(str_repeat('x', $people)));
    }

    public static function hoard(string $value): array
    {
        $all = [];
        while (true) {
            $all[] = str_repeat($value, 100_000);
        }
    }
}
