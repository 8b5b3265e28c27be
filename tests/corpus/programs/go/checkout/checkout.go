// Package checkout: one place that fails with several messages, and a panic within a panic.
package checkout

import (
	"errors"
	"fmt"
)

var errNumber = errors.New("card has no number")

// Pay fails for a reason.
//
//go:noinline
func Pay(reason string) {
	panic(errors.New(reason))
}

//go:noinline
func charge(card string) {
	panic(fmt.Errorf("cannot charge %s: %w", card, errNumber))
}

// Confirm panics again with what it caught.
//
//go:noinline
func Confirm(card string) {
	defer func() {
		if seen := recover(); seen != nil {
			panic(fmt.Errorf("payment refused: %v", seen))
		}
	}()
	charge(card)
}

// Again panics again with the very value that it caught.
//
//go:noinline
func Again(card string) {
	defer func() {
		if seen := recover(); seen != nil {
			panic(seen)
		}
	}()
	charge(card)
}
