# One place that fails with several messages, and an error with a chain of causes.
class Checkout
  class PaymentError < StandardError; end

  def pay(reason)
    raise PaymentError, reason
  end

  def charge(card)
    Integer(card.tr("0-9", "x"))
  rescue ArgumentError
    raise TypeError, "card has no number"
  end

  def confirm(card)
    charge(card)
  rescue TypeError
    raise PaymentError, "payment refused"
  end
end
