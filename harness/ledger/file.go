package ledger

import "time"

// FileAccess says of a file of the host whether the subject opened it. Opens are seen
// by inotify, which takes no privilege; a path that is looked for and not there is not
// seen by it.
type FileAccess struct {
	Path     string `json:"path"`     // where the subject finds it
	Declared string `json:"declared"` // where the host has it: "~/.aws/config"
	// Program says that the file can be run: to open it is to start it.
	Program bool `json:"program,omitempty"`
	// Seen says that an open would have been noticed.
	Seen bool `json:"seen"`
	// Count is the least number of opens: the kernel may count several that follow one
	// another as one.
	Count int       `json:"count"`
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
}
