package keeper

// The descriptor of a keeper's end of the socket.
const controlFD = 3

// spec is the program that a keeper starts, its first message.
type spec struct {
	Path string
	Argv []string
	Env  []string
	Dir  string
}

// request is a signal for the process group of the program.
type request struct{ Signal int }

// reply is what a keeper says: that the program has started, that it could not be, or how it ended.
type reply struct {
	PID    int     `json:",omitempty"`
	Errno  int     `json:",omitempty"`
	Status *uint32 `json:",omitempty"` // as wait(2) has it
}
