<?php

// Runs one failing call of the shop: main.php ERROR VALUE [direct|deep].

spl_autoload_register(fn (string $name) => require __DIR__ . '/src/' . basename(strtr($name, '\\', '/')) . '.php');

function calls(): array
{
    return [
        'price' => fn ($value) => (new Shop\Prices())->amount($value),
        'stock' => fn ($value) => (new Shop\Stock())->amount($value),
        'order' => fn ($value) => Shop\Orders::load($value),
        'customer' => fn ($value) => Shop\Customers::load($value),
        'cart-empty' => fn ($value) => (new Shop\Checkout())->pay('cart is empty'),
        'card-expired' => fn ($value) => (new Shop\Checkout())->pay('card has expired'),
        'refused' => fn ($value) => (new Shop\Checkout())->confirm($value),
        'arguments' => fn ($value) => Shop\Orders::total([$value]),
        'types' => fn ($value) => Shop\Customers::greet([$value]),
        'division' => fn ($value) => Shop\Orders::share(strlen($value)),
        'memory' => fn ($value) => Shop\Orders::hoard($value),
    ];
}

function deep(callable $call, string $value, int $depth): mixed
{
    return $depth === 0 ? $call($value) : deep($call, $value, $depth - 1);
}

[, $error, $value, $way] = $argv;
if ($way === 'deep') {
    deep(calls()[$error], $value, 2);
} else {
    calls()[$error]($value);
}
