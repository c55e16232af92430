package isolation

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/internal/gateway"
)

// TestNetwork has a gateway and its harness in one process, in a network
// namespace of its own; the test is the subject.
func TestNetwork(t *testing.T) {
	if os.Getenv("HOSTPROOF_TEST_CHILD") == "" {
		needSandbox(t)
		child := exec.CommandContext(t.Context(), needProgram(t, "unshare"), "--map-root-user", "--net", os.Args[0],
			"-test.run=^TestNetwork$", "-test.v")
		child.Env = append(os.Environ(), "HOSTPROOF_TEST_CHILD=1")
		if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestNetwork") {
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	ca, err := NewCA()
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- gateway.Serve(theirs) }()
	n, err := Join(ours, Config{AWS: echo, CA: ca, Addresses: map[netip.AddrPort]http.Handler{
		netip.MustParseAddrPort("169.254.169.254:80"): echo, netip.MustParseAddrPort("127.0.0.1:9001"): echo}})
	if err != nil {
		t.Fatal(err)
	}

	client := subjectsClient(ca)
	for url, want := range map[string]string{
		"https://" + bedrock + "/model":    "HTTP/2.0 host=" + bedrock + " sni=" + bedrock + " path=/model\n",
		"http://169.254.169.254/latest":    "HTTP/1.1 host=169.254.169.254 sni=- path=/latest\n",
		"http://127.0.0.1:9001/":           "HTTP/1.1 host=127.0.0.1:9001 sni=- path=/\n",
		"https://eks-auth.eu.api.aws:443/": "HTTP/2.0 host=eks-auth.eu.api.aws:443 sni=eks-auth.eu.api.aws path=/\n",
	} {
		if got, err := fetch(client, url); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", url, got, err, want)
		}
	}
	if _, err := fetch(client, "https://example.com"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("example.com: %v", err)
	}
	if _, err := net.Dial("tcp", "8.8.8.8:53"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("8.8.8.8: %v", err)
	}

	calledBack(t, n)
	interfaces, err := n.Interfaces(t.Context())
	if err != nil || len(interfaces) != 4 || slices.ContainsFunc(interfaces,
		func(i Interface) bool { return i.Leaves }) {
		t.Errorf("interfaces %v, %v", interfaces, err)
	}
	client.CloseIdleConnections()
	if unrecorded := n.Close(); unrecorded != 0 {
		t.Errorf("%d unrecorded", unrecorded)
	}
	var refused []string
	for _, a := range n.Refused() {
		refused = append(refused, a.String())
	}
	slices.Sort(refused)
	if fmt.Sprint(refused) != "[8.8.8.8:53 (tcp) example.com:443 (tcp)]" || len(n.TLSFailures()) != 0 {
		t.Errorf("refused %v, TLS %v", refused, n.TLSFailures())
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// calledBack has the subject listen, late, and be called.
func calledBack(t *testing.T, n *Network) {
	t.Helper()
	done := make(chan struct{})
	got := make(chan error, 1)
	go func() {
		c, err := n.Inbound(8080, done)(t.Context(), "", "")
		if err == nil {
			_, err = io.Copy(io.Discard, c)
			c.Close()
		}
		got <- err
	}()
	l, err := net.Listen("tcp", "127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if err := <-got; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := n.Inbound(8081, done)(ctx, "", ""); err == nil || !strings.Contains(err.Error(),
		"no answer at port 8081: ") {
		t.Errorf("got %v", err)
	}
	close(done)
	if _, err := n.Inbound(8081, done)(t.Context(), "", ""); !errors.Is(err, errGone) {
		t.Errorf("got %v", err)
	}
}

// subjectsClient looks names up where a subject would, and trusts the CA.
func subjectsClient(ca *CA) *http.Client {
	var plain net.Dialer
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return plain.DialContext(ctx, network, resolverAddr.String())
	}}
	pool := x509.NewCertPool()
	pool.AddCert(ca.X509())
	dialer := &net.Dialer{Resolver: resolver}
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

func fetch(c *http.Client, url string) (string, error) {
	r, err := c.Get(url)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return string(body), err
}

func TestJoinWhatIsNoGateway(t *testing.T) {
	ca, err := NewCA()
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	go func() {
		io.CopyN(io.Discard, theirs, 12)
		theirs.Write([]byte("bash: no such file\n"))
		theirs.Close()
	}()
	if _, err := Join(ours, Config{CA: ca}); err == nil || !strings.HasPrefix(err.Error(),
		"isolation: the gateway says nothing") {
		t.Errorf("got %v", err)
	}
	if _, err := Join(ours, Config{CA: ca, Hosts: map[string]http.Handler{"a:80": echo}}); err == nil ||
		!strings.Contains(err.Error(), "without port") {
		t.Errorf("got %v", err)
	}
}
