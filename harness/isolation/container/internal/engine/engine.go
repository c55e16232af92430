// Package engine finds the Docker engine that containers of subjects run in.
package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moby/moby/client"
)

// Find is how an engine is found. Package container/testcontainers puts the search of
// testcontainers-go here.
var Find = Search

// patience bounds how long an engine may take to answer.
const patience = 10 * time.Second

// UnavailableError says that no Docker engine answers.
type UnavailableError struct{ Reason string }

// Error is one line that says what to do.
func (e *UnavailableError) Error() string {
	return "no Docker engine answers (" + e.Reason + "): start one, or point DOCKER_HOST at one, or do without " +
		"(HOSTPROOF_MOCK=embedded, isolation sandbox or endpoint)"
}

// Unavailable is an *UnavailableError with a reason of one line.
func Unavailable(reason error) error {
	return &UnavailableError{Reason: strings.Join(strings.Fields(reason.Error()), " ")}
}

// Answers is nil if the engine of a client answers, or an *UnavailableError.
func Answers(ctx context.Context, c *client.Client) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := c.Ping(ctx, client.PingOptions{}); err != nil {
		return Unavailable(err)
	}
	return nil
}

// Search is a client of the first engine that answers, in the order of [places], or an
// *UnavailableError. One that the user named is not passed over: what runs elsewhere
// would be a surprise.
func Search(ctx context.Context) (*client.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var tried []error
	for _, p := range places {
		host, err := p.host()
		if err == nil && host == "" {
			continue // there is no such place
		}
		var c *client.Client
		if err == nil {
			c, err = p.connect(ctx, host)
		}
		if err == nil {
			return c, nil
		}
		tried = append(tried, fmt.Errorf("%s: %w", p.name, err))
		if p.named {
			break
		}
	}
	if len(tried) == 0 {
		return nil, Unavailable(errors.New("there is no socket of one, and DOCKER_HOST is not set"))
	}
	return nil, Unavailable(errors.Join(tried...))
}

// connect is a client of the engine at a host, such as unix:///var/run/docker.sock, which
// has answered.
func (p place) connect(ctx context.Context, host string) (*client.Client, error) {
	if strings.HasPrefix(host, "ssh://") {
		return nil, fmt.Errorf("%s: an engine behind SSH is not spoken to; forward its socket, and name that", host)
	}
	options := []client.Opt{client.FromEnv, client.WithHost(host), client.WithUserAgent("hostproof")}
	if p.tls != nil {
		if ca, cert, key, ok := p.tls(); ok {
			options = append(options, client.WithTLSClientConfig(ca, cert, key))
		}
	}
	c, err := client.New(options...)
	if err != nil {
		return nil, err
	}
	if _, err := c.Ping(ctx, client.PingOptions{}); err != nil {
		_ = c.Close() // the first error is the one to report
		return nil, err
	}
	return c, nil
}
