package peers

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws"
)

const manyConnections = 8

var rounds = flag.Int("rounds", 3, "how often each is timed; the peers take turns")

// target is a peer that is timed.
type target struct {
	name               string
	url, keyID, secret string
	server             *Server // nil for the mock in this process
	queueURL           string
	prepared           map[string]error // operations
}

// embedded is our mock as a test embeds it: in this process, over loopback.
func embedded(b *testing.B) *target {
	mock := mockaws.New()
	seed, err := mockaws.ReadSeed(strings.NewReader(table[0].files["seed.yaml"]))
	if err == nil {
		_, err = mock.Seed(seed)
	}
	if err != nil {
		b.Fatal(err)
	}
	l, err := mockaws.Listen("127.0.0.1:0", mock)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close(); mock.Close() })
	return &target{name: Ours + ", embedded", url: l.URL, keyID: rootKey, secret: rootSecret}
}

func targets(b *testing.B) []*target {
	var out []*target
	for _, s := range start(b) {
		out = append(out, &target{name: s.Peer.Name, url: s.URL, keyID: s.KeyID, secret: s.Secret, server: s})
		report.peer(s)
	}
	out = append(out, embedded(b))
	for _, t := range out {
		t.prepared = map[string]error{}
	}
	return out
}

// BenchmarkPeers times the same calls of the same client, which signs each,
// against every peer. Beside the time that passes (ns/op) it reports the
// processor time that the peer's process spends on a request (server-ns/op) and
// that peer and client spend together (both-ns/op).
func BenchmarkPeers(b *testing.B) {
	list := targets(b)
	for _, op := range operations {
		for _, connections := range []int{1, manyConnections} {
			b.Run(fmt.Sprintf("%s/connections=%d", strings.ReplaceAll(op.name, " ", "_"), connections),
				func(b *testing.B) {
					for round := range *rounds {
						for i := range list {
							t := list[(round+i)%len(list)] // none is always the first
							b.Run(strings.ReplaceAll(t.name, ", ", "-"),
								func(b *testing.B) { t.time(b, op, connections) })
						}
					}
				})
		}
	}
	for _, t := range list {
		if t.server != nil {
			report.memory(b, t.server)
		}
	}
}

// BenchmarkStart is the time from the start of a peer's process to its first
// answer.
func BenchmarkStart(b *testing.B) {
	for _, p := range choose(b) {
		b.Run(p.Name, func(b *testing.B) {
			var sum time.Duration
			for b.Loop() {
				s := startOne(b, p)
				if s == nil {
					return
				}
				sum += s.StartUp
				s.Stop()
			}
			per := float64(sum) / float64(b.N)
			b.ReportMetric(per, "ns/op")
			report.start(p, per)
		})
	}
}

// time is one timing of one operation. A few calls go before it, so that
// connections are there and what is compiled late is compiled.
func (t *target) time(b *testing.B, op operation, connections int) {
	c := newClients(t.url, t.keyID, t.secret, connections)
	defer c.close()
	if err := t.prepare(b.Context(), op, c); err != nil {
		b.Skipf("%s has no %s: %v", t.name, op.name, err)
	}
	for worker := range connections {
		if op.do(b.Context(), c, worker) == nil {
			continue
		}
		if err := op.do(b.Context(), c, worker); err != nil {
			b.Fatal(err)
		}
	}
	peer := t.cpu(b) // to look it up takes milliseconds of this process, which are outside of what is timed
	client, start := self(b), time.Now()
	failed := t.loop(b, op, c, connections)
	wall := time.Since(start)
	client = self(b) - client
	peer = t.cpu(b) - peer
	s := sample{operation: op.name, connections: connections, peer: t.name, wall: per(wall, b.N),
		server: per(peer, b.N), both: per(peer+client, b.N)}
	report.add(s)
	b.ReportMetric(s.wall, "ns/op")
	if t.server != nil {
		b.ReportMetric(s.server, "server-ns/op")
	}
	b.ReportMetric(s.both, "both-ns/op")
	if failed > 0 {
		b.ReportMetric(float64(failed), "failed")
	}
}

func (t *target) prepare(ctx context.Context, op operation, c *clients) error {
	if t.server != nil && t.server.Peer.Claims != nil && !slices.Contains(t.server.Peer.Claims, op.service) {
		return fmt.Errorf("it claims %v", t.server.Peer.Claims)
	}
	if _, done := t.prepared[op.name]; !done {
		queueURL = ""
		t.prepared[op.name] = op.prepare(ctx, c)
		if queueURL != "" {
			t.queueURL = queueURL
		}
	}
	queueURL = t.queueURL
	return t.prepared[op.name]
}

// loop makes b.N calls over so many connections. A call of a peer may fail, one
// in twenty at most: of those to emulators in Python, one in thousands ends with
// a connection that is closed before the client has read all.
func (t *target) loop(b *testing.B, op operation, c *clients, connections int) (failed int64) {
	turns := make(chan struct{}, connections)
	var count atomic.Int64
	var last atomic.Pointer[error]
	var workers sync.WaitGroup
	for worker := range connections {
		workers.Go(func() {
			for range turns {
				if err := op.do(b.Context(), c, worker); err != nil {
					count.Add(1)
					last.Store(&err)
				}
			}
		})
	}
	for b.Loop() {
		turns <- struct{}{}
	}
	close(turns)
	workers.Wait()
	failed = count.Load()
	if failed > int64(b.N/20) || failed > 0 && strings.HasPrefix(t.name, Ours) {
		b.Fatalf("%d of %d calls failed, one with: %v", failed, b.N, *last.Load())
	}
	return failed
}

// cpu is the processor time so far of the peer's process; 0 for the mock in this
// one.
func (t *target) cpu(b *testing.B) time.Duration {
	if t.server == nil {
		return 0
	}
	d, err := t.server.CPU()
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func self(b *testing.B) time.Duration {
	d, err := Self()
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func per(d time.Duration, n int) float64 { return float64(d) / float64(n) }

func TestMain(m *testing.M) {
	code := m.Run()
	report.print(os.Stdout)
	os.Exit(code)
}
