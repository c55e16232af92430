package isolation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// control is the harness's end of the socket to an init.
type control struct {
	conn  *net.UnixConn
	first chan reply    // gets the reply that tells of the start
	done  chan struct{} // closed when the init is gone

	mu      sync.Mutex
	last    uint64
	pending map[uint64]chan reply
	exit    *nsinit.Exit
	failure string // an error after the start
	met     []seen.Met
}

type reply struct {
	nsinit.Reply
	fds []int
}

func newControl(socket *os.File) (*control, error) {
	defer socket.Close()
	conn, err := net.FileConn(socket)
	if err != nil {
		return nil, err
	}
	c := &control{conn: conn.(*net.UnixConn), first: make(chan reply, 1), done: make(chan struct{}),
		pending: make(map[uint64]chan reply)}
	go c.read()
	return c, nil
}

// exited is how the subject ended, once the init is gone: by a signal from outside where the init
// could not say it, which is not ok.
func (c *control) exited() (e Exit, ok bool) {
	if c.exit == nil {
		return Exit{Code: -1, Signal: syscall.SIGKILL}, false
	}
	status := syscall.WaitStatus(c.exit.Status)
	e = Exit{Code: status.ExitStatus(), Duration: time.Duration(c.exit.Nanoseconds)}
	if status.Signaled() {
		e.Signal = status.Signal()
	}
	return e, true
}

func (c *control) read() {
	defer close(c.done)
	for {
		r, err := c.receive()
		if err != nil {
			return
		}
		c.dispatch(r)
	}
}

func (c *control) receive() (reply, error) {
	const maxFDs = 253 // SCM_MAX_FD
	buf, oob := make([]byte, 64<<10), make([]byte, unix.CmsgSpace(4*maxFDs))
	n, oobn, _, _, err := c.conn.ReadMsgUnix(buf, oob)
	if err != nil || n == 0 {
		return reply{}, errGone
	}
	var r reply
	messages, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		return reply{}, err
	}
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			return reply{}, err
		}
		r.fds = append(r.fds, fds...)
	}
	return r, json.Unmarshal(buf[:n], &r.Reply)
}

func (c *control) dispatch(r reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case r.Exited != nil:
		c.exit = r.Exited
	case r.Met != nil:
		c.met = append(c.met, *r.Met)
	case r.ID != 0:
		answer := c.pending[r.ID]
		delete(c.pending, r.ID)
		if answer == nil { // nobody waits any more
			closeFDs(r.fds)
			return
		}
		answer <- r
	default:
		select {
		case c.first <- r:
		default:
			c.failure = r.Error
		}
	}
}

// ask sends a request and waits for its reply, whose descriptors are the caller's.
func (c *control) ask(ctx context.Context, req nsinit.Request) (reply, error) {
	answer := make(chan reply, 1)
	c.mu.Lock()
	c.last++
	req.ID = c.last
	c.pending[req.ID] = answer
	c.mu.Unlock()

	b, err := json.Marshal(req)
	if err == nil {
		_, err = c.conn.Write(b)
	}
	if err != nil {
		c.forget(req.ID, answer)
		return reply{}, errGone
	}
	select {
	case r := <-answer:
		if r.Error != "" {
			return r, errors.New(r.Error)
		}
		return r, nil
	case <-c.done:
		err = errGoneMeanwhile
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	c.forget(req.ID, answer)
	return reply{}, err
}

// errGoneMeanwhile says that the init ended after it had got a request, and before
// it answered.
var errGoneMeanwhile = fmt.Errorf("%w meanwhile", errGone)

// forget gives up waiting for a reply.
func (c *control) forget(id uint64, answer chan reply) {
	c.mu.Lock()
	delete(c.pending, id)
	c.mu.Unlock()
	select {
	case r := <-answer:
		closeFDs(r.fds)
	default:
	}
}

// askFile is ask for a request whose reply has one descriptor.
func (c *control) askFile(ctx context.Context, req nsinit.Request) (*os.File, reply, error) {
	r, err := c.ask(ctx, req)
	if err != nil {
		return nil, r, err
	}
	if len(r.fds) == 0 { // the kernel leaves out what a process has no room for
		return nil, r, os.NewSyscallError("recvmsg", syscall.EMFILE)
	}
	if len(r.fds) != 1 {
		closeFDs(r.fds)
		return nil, r, fmt.Errorf("the sandbox sent %d descriptors for one", len(r.fds))
	}
	return os.NewFile(uintptr(r.fds[0]), "sandbox"), r, nil
}

func (c *control) close() {
	c.conn.Close()
	<-c.done
	select {
	case r := <-c.first:
		closeFDs(r.fds)
	default:
	}
}

func closeFDs(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}
