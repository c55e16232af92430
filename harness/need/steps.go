package need

import (
	"fmt"
	"time"

	"github.com/hostproof/hostproof/fixtures/steps"
)

func init() { steps.Otherwise = inTest }

// patience is how long a step of a test may take before a person hears of it.
const patience = 3 * time.Second

// inTest tells the terminal of the go command about a step that takes a while.
func inTest(s steps.Step) (end func(error)) {
	text := s.What
	if s.Why != "" {
		text += " (" + s.Why + ")"
	}
	t := time.AfterFunc(patience, func() { tellParent(fmt.Sprintf("%s ...\n", text)) })
	return func(error) { t.Stop() }
}
