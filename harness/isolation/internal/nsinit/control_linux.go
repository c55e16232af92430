package nsinit

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// control is the init's end of the socket.
type control struct {
	conn *net.UnixConn
	mu   sync.Mutex
}

func (c *control) send(r Reply, fds ...int) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _, err = c.conn.WriteMsgUnix(b, oob, nil)
	return err
}

// answer serves requests until the harness is gone, and then ends the sandbox:
// without its harness nobody would.
func (c *control) answer(pid int, outside *thread) {
	buf := make([]byte, 4096)
	for {
		n, err := c.conn.Read(buf)
		if err != nil || n == 0 {
			syscall.Exit(1)
		}
		var req Request
		if err := json.Unmarshal(buf[:n], &req); err != nil {
			c.send(Reply{Error: err.Error()})
			continue
		}
		go c.handle(req, pid, outside)
	}
}

func (c *control) handle(req Request, pid int, outside *thread) {
	var fd int
	var err error
	switch {
	case req.Listen != nil:
		fd, err = openSocket(*req.Listen, outside)
	case req.Dial != 0:
		fd, err = dial(req.Dial)
	case req.Signal != 0 && req.Group:
		fd, err = -1, unix.Kill(-pid, unix.Signal(req.Signal))
	case req.Signal != 0:
		fd, err = -1, unix.Kill(pid, unix.Signal(req.Signal))
	default:
		err = fmt.Errorf("request %d asks for nothing", req.ID)
	}
	switch {
	case err != nil:
		c.send(Reply{ID: req.ID, Error: err.Error(), Refused: errors.Is(err, ErrNotListening)})
	case fd < 0:
		c.send(Reply{ID: req.ID})
	default:
		c.send(Reply{ID: req.ID}, fd)
		unix.Close(fd)
	}
}
