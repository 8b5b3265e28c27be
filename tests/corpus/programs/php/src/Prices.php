<?php

namespace Shop;

class Prices
{
    private array $prices = ['none' => null];

    public function amount(string $sku): int
    {
        $price = $this->prices['none'];
        return $price->amount();
    }
}
