// Package customers: Load has a namesake in orders.
package customers

import "fmt"

// Load finds nothing.
//
//go:noinline
func Load(number string) {
	panic(fmt.Sprintf("no record %s of 2026-03-01 in /var/lib/shop/%s.json", number, number))
}
