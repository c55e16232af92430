package clock_test

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/goclock"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The SDKs, by the names that the tables use.
const (
	js     = "JavaScript v3"
	boto3  = "boto3"
	golang = "Go v2"
	cli    = "AWS CLI"
)

// servers are long-lived programs, one an SDK, that call AWS when they are
// called. Their retries are the SDK's own.
var servers = map[string]func(ctx context.Context, port string) *harness.CommandSubject{
	js: func(ctx context.Context, port string) *harness.CommandSubject {
		return harness.Command("node", testdata("server.mjs"), port).In(suite.Installed(ctx, "node-aws-clients").Dir)
	},
	boto3: func(ctx context.Context, port string) *harness.CommandSubject {
		python := suite.Tool(ctx, "python-boto3", "aws").Argv[0]
		return harness.Command(python, testdata("server.py"), port)
	},
	golang: func(ctx context.Context, port string) *harness.CommandSubject {
		return harness.Command(goServer(), port)
	},
}

// sdks are those of servers, in the order of reports.
var sdks = []string{js, boto3, golang}

func testdata(name string) string {
	GinkgoHelper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	Expect(err).NotTo(HaveOccurred())
	return path
}

// goServer is the server in Go, whose clock can be moved.
var goServer = sync.OnceValue(func() string {
	GinkgoHelper()
	if _, err := exec.LookPath("go"); err != nil {
		suite.Missing("go", err)
	}
	dir := suite.SuiteDir()
	overlay, err := goclock.Overlay(dir)
	Expect(err).NotTo(HaveOccurred())
	binary := filepath.Join(dir, "server")
	out, err := exec.Command("go", "build", "-overlay", overlay, "-o", binary, "./testdata/server").CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
	return binary
})

// needClock skips a spec where subjects cannot have a clock of their own.
func needClock(sdk string) {
	GinkgoHelper()
	if err := harness.SubjectClockAvailable(); err != nil && sdk != golang {
		suite.Missing("faketime", err)
	}
}

// server is one that runs.
type server struct {
	*harness.Deployment
	served *harness.Served
	mu     sync.Mutex
	keys   []string // that the host's endpoints handed out, one a request
}

// serve deploys a server to a host; its clock goes with AWS's.
func serve(ctx context.Context, sdk, host string, opts ...harness.Option) *server {
	GinkgoHelper()
	needClock(sdk)
	port := suite.FreePort()
	subject := servers[sdk](ctx, strconv.Itoa(int(port)))
	s := &server{}
	common := []harness.Option{harness.SubjectClock(0), harness.Bucket("uploads"), harness.OnLookup(s.note)}
	if host != "lambda" { // which sets it itself
		common = append(common, harness.Set("AWS_REGION", "us-east-1"))
	}
	s.Deployment = harness.StartTest(GinkgoT(), host, append(common, opts...)...)
	var err error
	s.served, err = s.Serve(ctx, subject, port)
	Expect(err).NotTo(HaveOccurred())
	return s
}

func (s *server) note(l metadata.Lookup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.KeyID != "" {
		s.keys = append(s.keys, l.KeyID)
	}
}

// fetched counts how often credentials were asked for: of an endpoint, or of STS
// for a token.
func (s *server) fetched(ctx context.Context) int {
	GinkgoHelper()
	journal, err := s.Mock().Admin.Journal(ctx, 0)
	Expect(err).NotTo(HaveOccurred())
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.keys)
	for _, e := range journal {
		if e.Call == suite.Exchange {
			n++
		}
	}
	return n
}

// lastKey is the key of the last call that was signed.
func (s *server) lastKey(ctx context.Context) string {
	GinkgoHelper()
	journal, err := s.Mock().Admin.Journal(ctx, 0)
	Expect(err).NotTo(HaveOccurred())
	for _, e := range slices.Backward(journal) {
		if e.Presented.KeyID != "" {
			return e.Presented.KeyID
		}
	}
	return ""
}

// until moves time to so long before an end; negative is after it.
func (s *server) until(ctx context.Context, end time.Time, left time.Duration) {
	GinkgoHelper()
	Expect(s.Advance(ctx, end.Add(-left).Sub(s.Now()))).To(Succeed())
}

// saw is what a call came to, as the SDK told the program.
type saw struct {
	OK            bool
	Code, Message string
}

// call makes the server call a service.
func (s *server) call(ctx context.Context, service string) saw {
	GinkgoHelper()
	answer, err := s.served.Get(ctx, "/"+service)
	Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	var out saw
	Expect(json.NewDecoder(answer.Body).Decode(&out)).To(Succeed())
	return out
}

// works claims that the server's call of a service works.
func (s *server) works(ctx context.Context, service string) {
	GinkgoHelper()
	Expect(s.call(ctx, service)).To(Equal(saw{OK: true}))
}

// end stops the server.
func (s *server) end() *harness.Result {
	GinkgoHelper()
	r, err := s.served.Close()
	Expect(err).NotTo(HaveOccurred())
	Expect(r).To(expect.NoSecretIn([]byte(r.String()), r.Stdout, r.Stderr))
	return r
}

// finding is the first of a kind.
func finding(r *harness.Result, kind ledger.Kind) harness.Finding {
	GinkgoHelper()
	i := slices.IndexFunc(r.Diagnosis.Findings, func(f harness.Finding) bool { return f.Kind == kind })
	Expect(i).NotTo(Equal(-1), "no finding %s:\n%s", kind, r)
	return r.Diagnosis.Findings[i]
}
