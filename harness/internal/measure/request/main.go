// Command request counts what one accepted request passes in the mock: the functions
// that run for it and for nothing else, and the files that they stand in.
//
//	go run ./harness/internal/measure/request        this checkout
//	go run ./harness/internal/measure/request DIR    another one
//
// It builds the mock with coverage, runs it once with no request and once with
// CreateQueue of SQS, and takes the difference.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

const (
	keyID  = "AKIAIOSFODNN7EXAMPLE"
	secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	seed   = `accounts: [{id: "111122223333", users: [{name: app, allow: ["*"], keys: [{id: ` + keyID + `, secret: ` +
		secret + `}]}]}]`
)

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := run(context.Background(), dir, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "request: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, out io.Writer) error {
	work, err := os.MkdirTemp("", "request-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	m := mock{dir: dir, work: work, binary: filepath.Join(work, "mockaws")}
	build := exec.CommandContext(ctx, "go", "build", "-cover", "-coverpkg=./mockaws/...", "-o", m.binary,
		"./mockaws/cmd/mockaws")
	build.Dir = dir
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, text)
	}
	idle, err := m.covered(ctx, "idle", nil)
	if err != nil {
		return err
	}
	busy, err := m.covered(ctx, "busy", createQueue)
	if err != nil {
		return err
	}
	maps.DeleteFunc(busy, func(f function, _ bool) bool { return idle[f] })
	report(busy, out)
	return nil
}

// createQueue makes the one request.
func createQueue(ctx context.Context, endpoint string) error {
	client := sqs.New(sqs.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider(keyID, secret, ""),
	})
	_, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("jobs")})
	return err
}

type function struct{ file, name string }

type mock struct{ dir, work, binary string }

// covered runs the mock, with what do does to it, and returns the functions that ran.
func (m mock) covered(ctx context.Context, name string, do func(context.Context, string) error) (map[function]bool,
	error) {
	coverage, seedFile := filepath.Join(m.work, name), filepath.Join(m.work, "seed.yaml")
	if err := errors.Join(os.Mkdir(coverage, 0o700), os.WriteFile(seedFile, []byte(seed), 0o600)); err != nil {
		return nil, err
	}
	listen, admin := free(), free()
	cmd := exec.CommandContext(ctx, m.binary, "serve", "--listen", listen, "--admin", admin, "--seed", seedFile)
	cmd.Env = append(os.Environ(), "GOCOVERDIR="+coverage)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	err := await(ctx, admin)
	if err == nil && do != nil {
		err = do(ctx, "http://"+listen)
	}
	if stop := cmd.Process.Signal(syscall.SIGTERM); stop != nil {
		return nil, stop
	}
	if wait := cmd.Wait(); err == nil {
		err = wait
	}
	if err != nil {
		return nil, err
	}
	return m.functions(ctx, coverage)
}

func (m mock) functions(ctx context.Context, coverage string) (map[function]bool, error) {
	cmd := exec.CommandContext(ctx, "go", "tool", "covdata", "func", "-i="+coverage)
	cmd.Dir = m.dir
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go tool covdata: %w", err)
	}
	ran := map[function]bool{}
	for line := range bytes.Lines(text) {
		// "module/mockaws/server.go:12:  New  100.0%"
		fields := strings.Fields(string(line))
		if len(fields) != 3 || fields[2] == "0.0%" || fields[0] == "total" {
			continue
		}
		file, _, _ := strings.Cut(fields[0], ":")
		ran[function{file, fields[1] + fields[0]}] = true
	}
	return ran, nil
}

// free is an address on which nothing listens.
func free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:0"
	}
	defer l.Close()
	return l.Addr().String()
}

// await waits until something listens.
func await(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return c.Close()
		}
		if ctx.Err() != nil {
			return fmt.Errorf("the mock does not listen: %w", err)
		}
	}
}

func report(ran map[function]bool, out io.Writer) {
	files, packages := map[string]int{}, map[string]bool{}
	for f := range ran {
		files[f.file]++
		packages[path.Dir(f.file)] = true
	}
	fmt.Fprintf(out, "%d functions in %d files of %d packages\n", len(ran), len(files), len(packages))
	for _, file := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(out, "%4d %s\n", files[file], file)
	}
}
