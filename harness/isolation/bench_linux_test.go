package isolation

import (
	"context"
	"io"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// The sandbox's price is the difference to BenchmarkBare; median-ms is the one
// to compare.

func BenchmarkBare(b *testing.B) {
	benchmark(b, func() error { return exec.Command("/bin/true").Run() })
}

func BenchmarkSandbox(b *testing.B) {
	ca, err := NewCA()
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, func() error { return runOnce(Config{Argv: []string{"/bin/true"}, AWS: echo, CA: ca}) })
}

func BenchmarkSandboxWithFiles(b *testing.B) {
	files := []File{{Path: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
		Data: []byte("token")}}
	benchmark(b, func() error { return runOnce(Config{Argv: []string{"/bin/true"}, AWS: echo, Files: files}) })
}

// Curl is slow by itself; compare with BenchmarkSandbox.
func BenchmarkSandboxCurl(b *testing.B) {
	curl := needProgram(b, "curl")
	benchmark(b, func() error { return runOnce(Config{Argv: []string{curl, "-sS", "https://" + bedrock}, AWS: echo}) })
}

func runOnce(c Config) error {
	c.Stdout = io.Discard
	p, err := Start(context.Background(), c)
	if err == nil {
		_, err = p.Wait()
	}
	return err
}

func benchmark(b *testing.B, once func() error) {
	needSandbox(b)
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := once(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
