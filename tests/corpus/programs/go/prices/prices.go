package prices

// A Price is never there.
type Price struct{ Amount int }

// A List is empty.
type List struct {
	prices map[string]*Price
	counts map[string]int
}

// Amount reads the price of a thing.
//
//go:noinline
func (list *List) Amount(sku string) int {
	price := list.prices[sku]
	return price.Amount * 2
}

// Set forgets to make the map.
//
//go:noinline
func (list *List) Set(sku string, count int) {
	list.counts[sku] = count
}
