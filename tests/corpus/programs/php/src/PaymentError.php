<?php

namespace Shop;

class PaymentError extends \RuntimeException
{
}
