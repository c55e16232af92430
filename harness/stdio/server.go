package stdio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// maxLine bounds a request, in bytes.
const maxLine = 16 << 20

// Server works on requests until its input ends. The zero value is ready to use.
type Server struct {
	// About is what "hello" says about the program, besides the version of the protocol.
	About map[string]any

	out     sync.Mutex
	writer  io.Writer
	failed  error // of the output
	work    sync.WaitGroup
	session session

	running   sync.Mutex
	canceling map[string]context.CancelFunc
}

// Serve answers the requests of in on out. It returns when in has ended, or ctx, and
// all that was started is stopped.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.writer, s.canceling = out, map[string]context.CancelFunc{}
	s.session.init(ctx)
	lines, ended := make(chan []byte), make(chan error, 1)
	go func() { ended <- s.lines(ctx, in, lines) }()
	err := s.until(ctx, lines, ended)
	cancel()
	s.work.Wait()
	return errors.Join(err, s.session.closeAll(), s.failed)
}

// until starts the work on each line.
func (s *Server) until(ctx context.Context, lines <-chan []byte, ended <-chan error) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			return err
		case line := <-lines:
			s.accept(ctx, line)
		}
	}
}

// lines hands the lines of the input on, one at a time, so that none is worked on
// before the one in front of it has begun.
func (s *Server) lines(ctx context.Context, in io.Reader, to chan<- []byte) error {
	r := bufio.NewReader(in)
	for {
		line, err := s.line(r)
		if len(bytes.TrimSpace(line)) > 0 {
			select {
			case to <- line:
			case <-ctx.Done():
				return nil
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading requests: %w", err)
		}
	}
}

// line is the next line. One that is too long is refused, and read to its end.
func (s *Server) line(r *bufio.Reader) (line []byte, err error) {
	length := 0
	for {
		part, err := r.ReadSlice('\n')
		length += len(part)
		if length <= maxLine {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if length > maxLine {
			s.answer(answer{ID: null, Error: wrong(codeRequest, "a request is at most %d bytes long, this one has %d",
				maxLine, length)})
			line = nil
		}
		return line, err
	}
}

// accept begins the work on a line.
func (s *Server) accept(ctx context.Context, line []byte) {
	r, wrong := read(line)
	if wrong != nil {
		id := r.ID
		if len(id) == 0 {
			id = null
		}
		s.answer(answer{ID: id, Error: wrong})
		return
	}
	if r.Method == "cancel" {
		s.cancel(r)
		return
	}
	ctx, done, taken := s.begin(ctx, r)
	if taken {
		s.answer(answer{ID: r.ID, Error: &Error{codeRequest, "another request with this id is under way"}})
		return
	}
	s.work.Go(func() {
		defer done()
		a := s.perform(ctx, r)
		if len(r.ID) > 0 {
			s.answer(a)
		}
	})
}

// begin makes the context of a request, which cancel ends.
func (s *Server) begin(ctx context.Context, r request) (in context.Context, done func(), taken bool) {
	in, cancel := context.WithCancel(ctx)
	id := string(r.ID)
	if id == "" {
		return in, cancel, false
	}
	s.running.Lock()
	defer s.running.Unlock()
	if s.canceling[id] != nil {
		cancel()
		return ctx, nil, true
	}
	s.canceling[id] = cancel
	return in, func() {
		cancel()
		s.running.Lock()
		defer s.running.Unlock()
		delete(s.canceling, id)
	}, false
}

// cancel ends the request that it names, which is then answered with an error.
func (s *Server) cancel(r request) {
	var of struct {
		ID json.RawMessage `json:"id"`
	}
	err := params(r.Params, &of)
	if err == nil {
		s.running.Lock()
		if cancel := s.canceling[string(of.ID)]; cancel != nil {
			cancel()
		}
		s.running.Unlock()
	}
	switch {
	case len(r.ID) == 0:
	case err != nil:
		s.answer(answer{ID: r.ID, Error: errorOf(err)})
	default:
		s.answer(answer{ID: r.ID, Result: struct{}{}})
	}
}

// perform works on one request. What must not happen is an answer, too.
func (s *Server) perform(ctx context.Context, r request) (a answer) {
	a.ID = r.ID
	defer func() {
		if problem := recover(); problem != nil {
			a.Result, a.Error = nil, wrong(codeHarness, "hostproof failed at %q, which is a defect: %v", r.Method,
				problem)
		}
	}()
	result, err := s.call(ctx, r)
	switch {
	case ctx.Err() != nil: // a run that is cancelled ends its program, and has a result all the same
		a.Error = wrong(codeCanceled, "%s was cancelled", r.Method)
	case err == nil:
		a.Result = result
	default:
		a.Error = errorOf(err)
	}
	return a
}

// answer writes a line. An output that is closed is noted, and ends nothing: the
// input ends, too, where the other side is gone.
func (s *Server) answer(a answer) {
	a.Version = "2.0"
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a); err != nil {
		line.Reset()
		a.Result, a.Error = nil, &Error{codeHarness, err.Error()}
		_ = enc.Encode(a) // texts alone
	}
	s.out.Lock()
	defer s.out.Unlock()
	if _, err := s.writer.Write(line.Bytes()); err != nil && s.failed == nil {
		s.failed = fmt.Errorf("writing answers: %w", err)
	}
}

// patience is how long the end of a session waits for what it closes.
const patience = 30 * time.Second
