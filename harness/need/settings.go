package need

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/need/names"
)

// Variable names the environment variable that lists what must be there,
// "docker,node": what is missing then fails a test instead of skipping it.
const Variable = "HOSTPROOF_REQUIRE"

// FullVariable names the environment variable that has every test run, "1". A
// plain run, without it or with "0", has a representative of each language in
// each suite.
const FullVariable = "HOSTPROOF_FULL"

// Names are what can be required.
var Names = names.All

// A setting that means nothing must not pass for a run in which all went well.
func init() {
	if _, err := read(os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// values are what the two variables say.
type values struct {
	required []string
	full     bool
}

func read(getenv func(string) string) (values, error) {
	var v values
	for name := range strings.SplitSeq(getenv(Variable), ",") {
		name = strings.TrimSpace(name)
		switch {
		case slices.Contains(Names, name):
			v.required = append(v.required, name)
		case name != "":
			return v, fmt.Errorf("%s: nothing is called %q; there are: %s", Variable, name, strings.Join(Names, ", "))
		}
	}
	switch getenv(FullVariable) {
	case "", "0":
	case "1":
		v.full = true
	default:
		return v, fmt.Errorf("%s is %q: 1 runs all tests, 0 or nothing a short selection", FullVariable,
			getenv(FullVariable))
	}
	return v, nil
}

// now reads the variables anew: what a test reads while it runs is what go test
// looks at before it takes a result from its cache.
func now() values {
	v, _ := read(os.Getenv) // looked at in init
	return v
}

// Required reports whether a thing must be there.
func Required(what string) bool { return slices.Contains(now().required, what) }

// Full reports whether every test is to run.
func Full() bool { return now().full }
