package deploy

import (
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
)

// runners names the backends that run subjects of a kind.
func runners(kind isolation.Kind) string {
	return namesOf(func(b isolation.Backend) bool { return b.Runs(kind) })
}

// closed names the backends whose subjects have a network of their own.
func closed() string { return namesOf(isolation.Backend.OwnNetwork) }

// namesOf lists the names of the backends that a condition holds for.
func namesOf(holds func(isolation.Backend) bool) string {
	var names []string
	for _, b := range isolation.Backends() {
		if holds(b) {
			names = append(names, string(b.Name()))
		}
	}
	return strings.Join(names, " or ")
}
