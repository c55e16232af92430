// Command mockaws serves the mock AWS.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/admin"
	"github.com/hostproof/hostproof/mockaws/service"
)

type commands struct {
	Serve serve `cmd:"" help:"Serve the mock until interrupted."`
}

type serve struct {
	Listen     string   `default:"127.0.0.1:4566" help:"Address for AWS calls (${default})."`
	Admin      string   `default:"127.0.0.1:4567" help:"Address for the management API (${default})."`
	AdminToken string   `env:"MOCKAWS_ADMIN_TOKEN" placeholder:"TOKEN" help:"What the management API wants as a bearer token; by default a new one, which is printed. Other programs see flags: better use the variable."`
	Seed       string   `type:"path" help:"YAML file of accounts, users with keys, roles with trust and policies."`
	Upstream   []string `placeholder:"SERVICE=URL" help:"Verify and authorize the calls of a service here, then forward them: dynamodb=http://127.0.0.1:8000."`
	Synthesize bool     `help:"Answer operations of any AWS service that this mock does not implement with an empty result, once the caller is authenticated and authorized; without it they are answered 501."`
	Journal    string   `type:"path" help:"Keep the journal in this file, so that it outlives the process; by default it ends with it."`
	Region     string   `help:"Be the endpoint of one region; by default any region is accepted where the hostname names none."`
}

func main() { os.Exit(run(os.Args[1:])) }

// run returns 0, 1 when the mock could not do its work, 2 for a wrong command
// line; each with one line on standard error.
func run(args []string) int {
	exited := -1
	var c commands
	parser, err := kong.New(&c, kong.Name("mockaws"), kong.Description("A mock AWS that really judges credentials."),
		kong.Exit(func(code int) { exited = code }))
	if err == nil {
		var ctx *kong.Context
		ctx, err = parser.Parse(args)
		switch {
		case exited >= 0:
			return exited // --help
		case err != nil:
			fmt.Fprintln(os.Stderr, "mockaws: "+err.Error()+" (see mockaws --help)")
			return 2
		}
		err = ctx.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mockaws: "+err.Error())
		return 1
	}
	return 0
}

// Validate refuses what cannot be, as a wrong command line.
func (s *serve) Validate() error {
	if s.Region != "" && !service.IsRegion(s.Region) {
		return fmt.Errorf("--region %q is no AWS region such as us-east-1", s.Region)
	}
	if s.AdminToken != "" && len(s.AdminToken) < 16 {
		return fmt.Errorf("--admin-token has %d characters: use 16 or more, or none for a new one", len(s.AdminToken))
	}
	return nil
}

// Run serves until SIGINT or SIGTERM.
func (s *serve) Run() (err error) {
	// Before it says that it serves: who reads that may send a signal at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var opts []mockaws.Option
	if s.Region != "" {
		opts = append(opts, mockaws.WithRegion(s.Region))
	}
	if s.Synthesize {
		opts = append(opts, mockaws.WithSynthesis())
	}
	if s.Journal != "" {
		opts = append(opts, mockaws.WithJournalFile(s.Journal))
	}
	server, err := mockaws.Open(opts...)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, lost(server)) }()
	for _, what := range server.Journal().Damage() {
		fmt.Fprintf(os.Stderr, "mockaws: the journal %s: %s\n", s.Journal, what)
	}
	if err := s.seed(server); err != nil {
		return err
	}
	for _, text := range s.Upstream {
		u, err := mockaws.ParseUpstream(text)
		if err == nil {
			err = server.AddUpstream(u)
		}
		if err != nil {
			return err
		}
	}
	aws, err := mockaws.Listen(s.Listen, server)
	if err != nil {
		return err
	}
	defer aws.Close()
	management, err := s.manage(server)
	if err != nil {
		return err
	}
	defer management.Close()
	fmt.Printf("mockaws: AWS at %s, management at %s\n", aws.URL, management.URL)
	return until(ctx, aws, management)
}

// manage serves the management API to those who know its token.
func (s *serve) manage(server *mockaws.Server) (*mockaws.Listener, error) {
	token := s.AdminToken
	if token == "" {
		token = rand.Text()
		fmt.Printf("mockaws: the management API wants the header Authorization: Bearer %s\n", token)
	}
	name, _, _ := net.SplitHostPort(s.Admin) // Listen says what is wrong with it
	return mockaws.Listen(s.Admin, admin.Protect(admin.Handler(server), token, name))
}

// lost closes a server, and says which exchanges its journal's file did not take.
func lost(server *mockaws.Server) error {
	failed := server.Journal().Err()
	closed := server.Close() // which tries for the last time
	if closed != nil && failed != nil {
		return fmt.Errorf("exchanges are lost with the end of this process: %w", failed)
	}
	return closed
}

// seed applies the seed file and prints the key ids that it made; their secrets
// are in the file, or come from the management API.
func (s *serve) seed(server *mockaws.Server) error {
	if s.Seed == "" {
		return nil
	}
	f, err := os.Open(s.Seed)
	if err != nil {
		return err
	}
	defer f.Close()
	seed, err := mockaws.ReadSeed(f)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Seed, err)
	}
	applied, err := server.Seed(seed)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Seed, err)
	}
	for _, k := range applied.Keys {
		fmt.Printf("mockaws: key %s of %s\n", k.KeyID, k.Principal)
	}
	for _, x := range applied.Sessions {
		fmt.Printf("mockaws: key %s of %s until %s\n", x.KeyID, x.Principal, x.Expiration.UTC().Format(time.RFC3339))
	}
	return nil
}

// until serves until ctx is done; requests under way are answered then, for at
// most five seconds.
func until(ctx context.Context, listeners ...*mockaws.Listener) error {
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- l.Wait() }()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	graceful, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, l := range listeners {
		if err := l.Shutdown(graceful); err != nil {
			return err
		}
	}
	return nil
}
