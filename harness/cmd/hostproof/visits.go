package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/alecthomas/kong"

	"github.com/hostproof/hostproof/harness"
)

// visitFlags say how a program that is a server is called.
type visitFlags struct {
	Port   uint16   `help:"${help_port}" placeholder:"PORT"`
	Get    asks     `help:"${help_get}" placeholder:"PATH"`
	Post   asks     `help:"${help_post}" placeholder:"PATH"`
	Data   string   `help:"${help_data}" placeholder:"TEXT|@FILE"`
	Header []string `short:"H" sep:"none" help:"${help_header}" placeholder:"NAME: VALUE"` // a value may have a comma
}

// ask is a request to send, and where it stood on the command line.
type ask struct {
	path  string
	order int64
}

// asks are the paths of a flag that may be given several times.
type asks []ask

// asked counts the flags of all command lines, so that the flags of one are in order.
var asked atomic.Int64

// Decode takes one value of the flag.
func (a *asks) Decode(ctx *kong.DecodeContext) error {
	var path string
	if err := ctx.Scan.PopValueInto("path", &path); err != nil {
		return err
	}
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf("want a path that begins with /, got %q", path)
	}
	*a = append(*a, ask{path, asked.Add(1)})
	return nil
}

// IsCumulative makes kong call Decode once for each time the flag is given.
func (a *asks) IsCumulative() bool { return true }

// check refuses flags that would have no effect, and reads what they name.
func (v *visitFlags) check() (*visits, error) {
	given := len(v.Get)+len(v.Post) > 0 || v.Data != "" || len(v.Header) > 0
	switch {
	case v.Port == 0 && given:
		return nil, errors.New(
			"--get, --post, --data and --header are about a server: give --port, at which it listens",
		)
	case v.Port == 0:
		return nil, nil
	case v.Data != "" && len(v.Post) == 0:
		return nil, errors.New("--data is the body of a POST: give --post PATH, too")
	}
	out := &visits{port: v.Port, header: http.Header{}}
	for _, h := range v.Header {
		name, value, ok := strings.Cut(h, ":")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t\r\n") {
			return nil, fmt.Errorf("--header %q: want NAME: VALUE", h)
		}
		out.header.Add(name, strings.TrimSpace(value))
	}
	body, err := v.body()
	if err != nil {
		return nil, err
	}
	out.list(v, body)
	return out, nil
}

func (v *visitFlags) body() (string, error) {
	file, named := strings.CutPrefix(v.Data, "@")
	if !named {
		return v.Data, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("--data: %w", err)
	}
	return string(b), nil
}

// visits are the requests to a server.
type visits struct {
	port     uint16
	header   http.Header
	requests []visit
}

type visit struct {
	method, path, body string
	order              int64
}

// list puts the requests into the order of the command line.
func (v *visits) list(flags *visitFlags, body string) {
	for _, a := range flags.Get {
		v.requests = append(v.requests, visit{http.MethodGet, a.path, "", a.order})
	}
	for _, a := range flags.Post {
		v.requests = append(v.requests, visit{http.MethodPost, a.path, body, a.order})
	}
	slices.SortFunc(v.requests, func(a, b visit) int { return int(a.order - b.order) })
	if len(v.requests) == 0 {
		v.requests = []visit{{method: http.MethodGet, path: "/"}}
	}
}

// run starts the server, calls it and stops it. What goes wrong on the way is in
// the result; an error is of the harness.
func (v *visits) run(ctx context.Context, d *harness.Deployment, s harness.Subject) (*harness.Result, error) {
	served, err := d.Serve(ctx, s, v.port)
	if err != nil {
		return nil, err
	}
	for _, request := range v.requests {
		if ended(served) {
			break
		}
		if err := v.send(ctx, served, request); err != nil {
			r, _ := served.Close() // the first error is the one to report
			return r, err
		}
	}
	return served.Close()
}

func ended(s *harness.Served) bool {
	select {
	case <-s.Done():
		return true
	default:
		return false
	}
}

// send makes a request and reads the answer to its end. No answer is no error:
// the result tells of it.
func (v *visits) send(ctx context.Context, s *harness.Served, request visit) error {
	r, err := http.NewRequestWithContext(ctx, request.method, request.path, strings.NewReader(request.body))
	if err != nil {
		return err
	}
	r.Header = v.header.Clone()
	answer, err := s.Do(r)
	if err != nil {
		return nil
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body) // a body that breaks off is in the result
	return nil
}
