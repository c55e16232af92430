package seen

// Bound is something of which a subject, or the harness for it, may have so much.
type Bound string

// The bounds, and the wall, which is no number.
const (
	Processes   Bound = "processes"   // processes and threads
	Memory      Bound = "memory"      // of all processes
	Disk        Bound = "disk"        // what is written and thrown away, and the length of a file
	Output      Bound = "output"      // what is kept of a stream
	Descriptors Bound = "descriptors" // open files of the harness
	Wall        Bound = "wall"        // what the sandbox holds
)

// Met is a bound that was met.
type Met struct {
	Bound Bound `json:"bound"`
	// Ended says that the subject was ended by it.
	Ended bool `json:"ended,omitempty"`
	// Text says it in a sentence without a full stop.
	Text string `json:"text"`
}
