class Prices
  def amount(sku)
    price = {}[sku]
    price.amount
  end
end
