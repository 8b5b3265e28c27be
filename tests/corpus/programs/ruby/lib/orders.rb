# load has a namesake in customers.rb.
module Orders
  def self.load(number)
    raise IndexError, "no record #{number} of 2026-03-01 in /var/lib/shop/#{number}.json"
  end

  def self.each_line(number)
    [number].each do |line|
      total = line.length
      puts totall
    end
  end
end
