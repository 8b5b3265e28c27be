// Package orders: Load has a namesake in customers.
package orders

import (
	"fmt"
	"sync"
)

// Load finds nothing.
//
//go:noinline
func Load(number string) {
	panic(fmt.Sprintf("no record %s of 2026-03-01 in /var/lib/shop/%s.json", number, number))
}

// Line reads beyond the end.
//
//go:noinline
func Line(index int) string {
	lines := []string{"tea"}
	return lines[index]
}

// Text takes a number for a text.
//
//go:noinline
func Text(number int) string {
	var value any = number
	return value.(string)
}

// Background fails where no caller sees it.
//
//go:noinline
func Background(number string) {
	var waiting sync.WaitGroup
	waiting.Add(1)
	go func() {
		defer waiting.Done()
		panic("order " + number + " was never printed")
	}()
	waiting.Wait()
}

// Race writes one map from several goroutines.
//
//go:noinline
func Race() {
	counts := map[int]int{}
	for range [4]int{} {
		go func() {
			for i := 0; ; i++ {
				counts[i%8] = i
			}
		}()
	}
	select {}
}

// Wait waits for nobody.
//
//go:noinline
func Wait() {
	<-make(chan int)
}
