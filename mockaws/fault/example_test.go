package fault_test

import (
	"fmt"

	"github.com/hostproof/hostproof/mockaws/fault"
)

// Faults strike by count: the first two calls are throttled, and no later one.
func Example() {
	spec, err := fault.Parse("sts:AssumeRole:throttle:2")
	if err != nil {
		fmt.Println(err)
		return
	}
	planned := spec.Fault
	planned.Call = spec.Target
	plan := fault.NewPlan(fault.Calls)
	if err := plan.Add(planned); err != nil {
		fmt.Println(err)
		return
	}
	every := func(*fault.Fault) bool { return true }
	for range 3 {
		fmt.Println(plan.Take(every) != nil)
	}
	// Output:
	// true
	// true
	// false
}
