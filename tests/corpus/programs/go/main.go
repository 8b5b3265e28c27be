// Runs one failing call of the shop: shop ERROR VALUE [direct|deep]; LOG=1 reports it through log, GOROUTINE=1 calls it in one.
package main

import (
	"log"
	"os"
	"runtime/debug"

	"shop.example/shop/checkout"
	"shop.example/shop/customers"
	"shop.example/shop/orders"
	"shop.example/shop/prices"
	"shop.example/shop/stock"
)

var calls = map[string]func(string){
	"price":        func(value string) { new(prices.List).Amount(value) },
	"stock":        func(value string) { new(stock.List).Amount(value) },
	"order":        func(value string) { orders.Load(value) },
	"customer":     func(value string) { customers.Load(value) },
	"cart-empty":   func(value string) { checkout.Pay("cart is empty") },
	"card-expired": func(value string) { checkout.Pay("card has expired") },
	"refused":      func(value string) { checkout.Confirm(value) },
	"repanicked":   func(value string) { checkout.Again(value) },
	"nil-map":      func(value string) { new(prices.List).Set(value, 1) },
	"out-of-range": func(value string) { orders.Line(len(value)) },
	"conversion":   func(value string) { orders.Text(len(value)) },
	"goroutine":    func(value string) { orders.Background(value) },
	"map-writes":   func(value string) { orders.Race() },
	"deadlock":     func(value string) { orders.Wait() },
}

//go:noinline
func deep(call func(string), value string, depth int) {
	if depth == 0 {
		call(value)
		return
	}
	deep(call, value, depth-1)
}

func run(name, value, way string) {
	if way == "deep" {
		deep(calls[name], value, 2)
		return
	}
	calls[name](value)
}

func main() {
	if os.Getenv("LOG") != "" {
		defer func() {
			if seen := recover(); seen != nil {
				log.Printf("panic: %v\n%s", seen, debug.Stack())
			}
		}()
	}
	if os.Getenv("GOROUTINE") != "" {
		go run(os.Args[1], os.Args[2], os.Args[3])
		select {}
	}
	run(os.Args[1], os.Args[2], os.Args[3])
}
