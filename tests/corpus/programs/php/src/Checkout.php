<?php

namespace Shop;

// One place that fails with several messages, and an error with a chain of causes.
class Checkout
{
    public function pay(string $reason): void
    {
        throw new PaymentError($reason);
    }

    private function charge(string $card): void
    {
        try {
            Orders::load($card);
        } catch (\OutOfBoundsException $error) {
            throw new \LogicException("card $card is not ours", 7, $error);
        }
    }

    public function confirm(string $card): void
    {
        try {
            $this->charge($card);
        } catch (\LogicException $error) {
            throw new PaymentError('payment refused', 0, $error);
        }
    }
}
