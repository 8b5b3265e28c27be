# Runs one failing call of the shop: main.rb ERROR VALUE [direct|deep]; STYLE says how the error is printed.
require "logger"
%w[prices stock orders customers checkout].each { |name| require_relative "lib/#{name}" }

CALLS = {
  "price" => ->(value) { Prices.new.amount(value) },
  "stock" => ->(value) { Stock.new.amount(value) },
  "order" => ->(value) { Orders.load(value) },
  "customer" => ->(value) { Customers.load(value) },
  "cart-empty" => ->(_) { Checkout.new.pay("cart is empty") },
  "card-expired" => ->(_) { Checkout.new.pay("card has expired") },
  "refused" => ->(value) { Checkout.new.confirm(value) },
  "misspelt" => ->(value) { Orders.each_line(value) },
  "endless" => ->(value) { Customers.root_of(value) },
}.freeze

def deep(call, value, depth)
  depth.zero? ? call.call(value) : deep(call, value, depth - 1)
end

def main(error, value, way)
  way == "deep" ? deep(CALLS[error], value, 2) : CALLS[error].call(value)
end

case ENV["STYLE"]
when nil
  main(*ARGV)
when "logger"
  begin
    main(*ARGV)
  rescue StandardError, SystemStackError => e
    Logger.new($stdout, progname: "shop").error(e.full_message(highlight: false))
  end
else
  begin
    main(*ARGV)
  rescue StandardError, SystemStackError => e
    puts e.full_message(highlight: ENV["STYLE"].include?("colour"), order: ENV["STYLE"].include?("bottom") ? :bottom : :top)
  end
end
