package container_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/container"
	"github.com/hostproof/hostproof/harness/isolation/container/testcontainers"
)

const bedrock = "bedrock-runtime.us-east-1.amazonaws.com"

// echo answers with what a request looks like from the mock's side.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	sni := "-"
	if r.TLS != nil {
		sni = r.TLS.ServerName
	}
	fmt.Fprintf(w, "%s host=%s sni=%s path=%s\n", r.Proto, r.Host, sni, r.URL.Path)
})

// probe builds the image of a small program that knows nothing of any mock.
func probe(t testing.TB) string {
	t.Helper()
	binary := probeBinary(t)
	const dockerfile = "FROM scratch\nCOPY probe /probe\nENTRYPOINT [\"/probe\"]\n"
	sum := sha256.Sum256(append([]byte(dockerfile), binary...))
	image, err := testcontainers.BuildImage(t.Context(), "hostproof-probe", hex.EncodeToString(sum[:6]), dockerfile,
		map[string][]byte{"probe": binary})
	if err != nil {
		t.Fatal(err)
	}
	return image
}

var builtProbe []byte // tests run one by one

func probeBinary(t testing.TB) []byte {
	t.Helper()
	engine(t)
	if builtProbe == nil {
		var err error
		if builtProbe, err = container.BuildStatic(t.Context(),
			"harness/isolation/container/internal/probe"); err != nil {
			t.Fatal(err)
		}
	}
	return builtProbe
}

type outcome struct {
	isolation.Exit
	*container.Process
	stdout, stderr string
}

func run(t testing.TB, image string, c isolation.Config) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	p, err := container.Start(t.Context(), image, c)
	if err != nil {
		t.Fatal(err)
	}
	exit, err := p.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return outcome{exit, p, stdout.String(), stderr.String()}
}

func (o outcome) want(t *testing.T, stdout string, refused ...string) {
	t.Helper()
	var got []string
	for _, a := range o.Refused() {
		got = append(got, a.String())
	}
	slices.Sort(got) // those of different protocols come by different ways
	refused = slices.Sorted(slices.Values(refused))
	if o.Code != 0 || o.stdout != stdout || fmt.Sprint(got) != fmt.Sprint(refused) {
		t.Errorf("exit %d, stdout:\n%swant:\n%s\nstderr:\n%s\nrefused: %q, want %q\ntls: %v", o.Code, o.stdout, stdout,
			o.stderr, got, refused, o.TLSFailures())
	}
}

func TestSubjectReachesAWS(t *testing.T) {
	o := run(t, probe(t), isolation.Config{Argv: []string{"get", "https://" + bedrock + "/model",
		"https://sts.cn-north-1.amazonaws.com.cn/", "https://eks-auth.eu-west-1.api.aws/",
		"http://169.254.169.254/latest"},
		AWS: echo, Addresses: map[netip.AddrPort]http.Handler{netip.MustParseAddrPort("169.254.169.254:80"): echo}})
	o.want(t, "HTTP/2.0 host="+bedrock+" sni="+bedrock+" path=/model\n"+
		"HTTP/2.0 host=sts.cn-north-1.amazonaws.com.cn sni=sts.cn-north-1.amazonaws.com.cn path=/\n"+
		"HTTP/2.0 host=eks-auth.eu-west-1.api.aws sni=eks-auth.eu-west-1.api.aws path=/\n"+
		"HTTP/1.1 host=169.254.169.254 sni=- path=/latest\n")
}

func TestOthersAreRefusedAndReported(t *testing.T) {
	image := probe(t)
	o := run(t, image, isolation.Config{Argv: []string{"get", "https://example.com"}, AWS: echo})
	if len(o.Refused()) != 1 {
		t.Fatalf("refused %v", o.Refused())
	}
	a := o.Refused()[0]
	if o.Code != 1 || !strings.Contains(o.stderr, "connection refused") || a.Name != "example.com" || a.Port != 443 ||
		a.Network != "tcp" || !a.Addr.IsValid() {
		t.Errorf("exit %d, stderr %s, refused %+v", o.Code, o.stderr, a)
	}
	addresses := []string{"tcp 8.8.8.8:53", "udp 8.8.8.8:53", "tcp 127.0.0.1:5432", "tcp [2606:4700:4700::1111]:443",
		"udp [2001:4860:4860::8888]:53",
		"tcp 172.17.0.1:22", "tcp 169.254.169.254:80", "tcp " + bedrock + ":5432"}
	var argv, refused []string
	var want strings.Builder
	for _, a := range addresses {
		network, address, _ := strings.Cut(a, " ")
		argv = append(argv, network, address)
		refused = append(refused, address+" ("+network+")")
		want.WriteString(a + " refused at once\n")
	}
	run(t, image, isolation.Config{Argv: append([]string{"dial"}, argv...), AWS: echo}).want(t, want.String(),
		refused...)
}

// The subject's network is connected to nothing: no interface leads out of it.
func TestNoInterfaceLeadsOut(t *testing.T) {
	image := probe(t)
	run(t, image, isolation.Config{Argv: []string{"interfaces"}}).want(t, "lo\neth0\n")
	ready := newWaiter("asleep")
	p, err := container.Start(t.Context(), image, isolation.Config{Argv: []string{"sleep"}, Stdout: ready,
		Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Wait()
	defer p.Kill()
	ready.wait(t)
	interfaces, err := p.Interfaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := map[bool]string{}
	for _, i := range interfaces {
		names[i.Subject] += i.Name + " "
		if i.Leaves {
			t.Errorf("%s leads out, and has carried %d packets", i.Name, i.Packets)
		}
	}
	if names[true] != "lo eth0 " || names[false] != "lo eth0 " {
		t.Errorf("interfaces %v", interfaces)
	}
}

// Metadata over IPv6, where the engine's kernel has it.
func TestMetadataAddresses(t *testing.T) {
	image := probe(t)
	config := isolation.Config{Argv: []string{"get"}, Addresses: map[netip.AddrPort]http.Handler{}}
	want := ""
	for _, a := range []string{"169.254.170.2:80", "169.254.170.23:80", "[fd00:ec2::254]:80", "[fd00:ec2::23]:80",
		"127.0.0.1:9001", "[::1]:9001"} {
		config.Addresses[netip.MustParseAddrPort(a)] = echo
		config.Argv = append(config.Argv, "http://"+a+"/latest")
		want += "HTTP/1.1 host=" + a + " sni=- path=/latest\n"
	}
	run(t, image, config).want(t, want)
}

// An image's own user reads what is placed for the subject.
func TestFilesAreTheUsers(t *testing.T) {
	binary := probeBinary(t)
	const dockerfile = "FROM scratch\nCOPY probe /probe\nUSER 65532:65532\nENTRYPOINT [\"/probe\"]\n"
	image, err := testcontainers.BuildImage(t.Context(), "hostproof-probe", "user", dockerfile,
		map[string][]byte{"probe": binary})
	if err != nil {
		t.Fatal(err)
	}
	run(t, image, isolation.Config{Argv: []string{"print", "/home/app/.aws/credentials"}, Files: []isolation.File{
		{Path: "/home/app/.aws/credentials", Data: []byte("[default]\n"), Mode: 0o600}}}).want(t, "[default]\n")
}

func TestFilesAndStreams(t *testing.T) {
	o := run(t, probe(t), isolation.Config{
		Argv:  []string{"print", "/var/run/secrets/token", "/etc/hostproof/b", "-"},
		Stdin: strings.NewReader("said\n"),
		Files: []isolation.File{
			{Path: "/var/run/secrets/token", Data: []byte("token\n"), Mode: 0o600},
			{Path: "/etc/hostproof/b", Data: []byte("b\n")},
			{Path: "/home/app", Mode: fs.ModeDir | 0o777},
		},
	})
	o.want(t, "token\nb\nsaid\n")
}

func TestExit(t *testing.T) {
	image := probe(t)
	if o := run(t, image, isolation.Config{Argv: []string{"exit"}}); o.Code != 42 || o.Exit.Signal != 0 || o.TimedOut {
		t.Errorf("%+v", o.Exit)
	}
	if o := run(t, image, isolation.Config{Argv: []string{"sleep"}, Timeout: 500 * time.Millisecond}); !o.TimedOut ||
		o.Code != -1 {
		t.Errorf("%+v", o.Exit)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	ready := newWaiter("asleep")
	p, err := container.Start(ctx, image, isolation.Config{Argv: []string{"sleep"}, Stdout: ready})
	if err != nil {
		t.Fatal(err)
	}
	ready.wait(t)
	cause := errors.New("enough")
	cancel(cause)
	if _, err := p.Wait(); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestPassThrough(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w,
			"local", r.Host)
	}))
	defer service.Close()
	to := service.Listener.Addr().String()
	run(t, probe(t), isolation.Config{
		Argv: []string{"get", "http://localhost:5000/", "http://db.internal:8000/", "http://10.1.2.3:81/"},
		PassThrough: []isolation.PassThrough{
			{Host: "localhost", Port: 5000, To: to}, {Host: "db.internal", Port: 8000, To: to},
			{Host: "10.1.2.3", Port: 81, To: to}},
	}).want(t, "local localhost:5000\nlocal db.internal:8000\nlocal 10.1.2.3:81\n")
}

func TestInbound(t *testing.T) {
	image := probe(t)
	p, err := container.Start(t.Context(), image, isolation.Config{Argv: []string{"serve", "127.0.0.1:80"}, AWS: echo,
		Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Transport: &http.Transport{DialContext: p.Inbound(80)}}
	for path, want := range map[string]string{
		"/":                       "served at 127.0.0.1:80",
		"/get?https://" + bedrock: "HTTP/2.0 host=" + bedrock + " sni=" + bedrock + " path=\n",
	} {
		r, err := c.Get("http://subject" + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || strings.ReplaceAll(string(body), "path=/", "path=") != want {
			t.Errorf("%s: %q, %v", path, body, err)
		}
		r.Body.Close()
	}
	c.CloseIdleConnections()
	p.Kill()
	if exit, err := p.Wait(); err != nil || exit.Signal != syscall.SIGKILL || len(p.Refused()) != 0 {
		t.Errorf("%+v, %v, refused %v", exit, err, p.Refused())
	}
	if _, err := p.Inbound(80)(t.Context(), "", ""); err == nil {
		t.Error("a subject that has ended was called")
	}
}

func TestStartErrors(t *testing.T) {
	image := probe(t)
	for name, c := range map[string]struct {
		image  string
		config isolation.Config
		want   string
	}{
		"no image": {"", isolation.Config{}, "no image: name one"},
		"no such": {"hostproof-no-such-image:1", isolation.Config{},
			"the Docker engine has no image hostproof-no-such-image:1"},
		"no directory": {image, isolation.Config{Dir: "relative"}, "relative"},
		"kernel's": {image, isolation.Config{Files: []isolation.File{{Path: "/sys/hypervisor/uuid"}}},
			"/sys is the kernel's"},
		"bad host": {image, isolation.Config{Hosts: map[string]http.Handler{"a:80": echo}}, "without port"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := container.Start(t.Context(), c.image, c.config)
			if err == nil {
				p.Kill()
				t.Fatal("started")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want one line with %q", err, c.want)
			}
		})
	}
}

// waiter is a writer that knows when a text has been written.
type waiter struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	text string
	seen chan struct{}
}

func newWaiter(text string) *waiter { return &waiter{text: text, seen: make(chan struct{})} }

func (w *waiter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(b)
	if w.text != "" && strings.Contains(w.buf.String(), w.text) {
		w.text = ""
		close(w.seen)
	}
	return len(b), nil
}

func (w *waiter) wait(t *testing.T) {
	t.Helper()
	select {
	case <-w.seen:
	case <-time.After(2 * time.Minute):
		t.Fatal("the subject did not get so far")
	}
}
