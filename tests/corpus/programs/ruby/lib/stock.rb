# Reads like prices.rb on purpose.
class Stock
  def amount(sku)
    shelf = {}[sku]
    shelf.amount
  end
end
