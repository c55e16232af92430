package isolation

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func newLocalService(t *testing.T, h http.Handler) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

func TestExit(t *testing.T) {
	for _, c := range []struct {
		script string
		code   int
		signal syscall.Signal
	}{
		{"exit 0", 0, 0},
		{"exit 3", 3, 0},
		{"exit 255", 255, 0},
		{"kill -TERM $$", -1, syscall.SIGTERM},
		{"kill -KILL $$", -1, syscall.SIGKILL},
		{"kill -ABRT $$", -1, syscall.SIGABRT},
		{"sleep 1000 & exit 4", 4, 0}, // what is left behind is ended
	} {
		o := run(t, Config{Argv: []string{"sh", "-c", c.script}})
		if o.Code != c.code || o.Exit.Signal != c.signal || o.TimedOut || o.Duration <= 0 {
			t.Errorf("%s: %+v", c.script, o.Exit)
		}
	}
}

func TestInputAndOutput(t *testing.T) {
	needSandbox(t)
	o := run(t, Config{Argv: []string{"sh", "-c", "cat; echo oops >&2"}, Stdin: strings.NewReader("in\nand out\n")})
	o.wantStdout(t, "in\nand out\n")
	if o.stderr != "oops\n" {
		t.Errorf("stderr %q", o.stderr)
	}
	// A reader without an end does not keep a subject that has ended.
	run(t, Config{Argv: []string{"/bin/true"}, Stdin: blocked{t.Context().Done()}})
	// A subject that closes its output is seen to.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Start(t.Context(), Config{Argv: []string{"sh", "-c", "echo done; exec >&-; read x; exit 7"},
		Env: testEnv(), Stdin: in, Stdout: w, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	w.Close()
	if out, err := io.ReadAll(r); string(out) != "done\n" || err != nil {
		t.Errorf("%q, %v", out, err)
	}
	hold.Close()
	if exit, err := p.Wait(); exit.Code != 7 || err != nil {
		t.Error(exit, err)
	}
}

func TestSignal(t *testing.T) {
	needSandbox(t)
	r, w := io.Pipe()
	p, err := Start(t.Context(), Config{Argv: subject("term"), Stdout: w, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(r).ReadString('\n'); line != "ready\n" {
		t.Fatal(line, err)
	}
	if err := p.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if exit, err := p.Wait(); exit.Code != 42 || err != nil {
		t.Error(exit, err)
	}
	if err := p.Signal(syscall.SIGTERM); err == nil {
		t.Error("a signal after the end")
	}
}

// tree is a shell script that starts processes in every way a shell can, all of
// which sleep for a number of seconds that nobody else sleeps for.
func tree(mark string) []string {
	return []string{"sh", "-c",
		strings.ReplaceAll(
			`sleep MARK & (sleep MARK & sleep MARK) & setsid sleep MARK & nohup sh -c 'trap "" TERM; sleep MARK' & echo started; wait`, "MARK", mark)}
}

// marked finds processes of this machine with an argument.
func marked(t *testing.T, mark string) (pids []int) {
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err == nil && strings.HasPrefix(string(b), "sleep\x00"+mark) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(p)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// uniqueMark is a number of seconds, as sleep takes it.
func uniqueMark(t *testing.T) string {
	return fmt.Sprintf("1000.%d%d", os.Getpid(), time.Now().UnixNano())
}

// awaitTree waits until the tree's five sleepers are there.
func awaitTree(t *testing.T, mark string) []int {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); runtime.Gosched() {
		if pids := marked(t, mark); len(pids) >= 5 {
			return pids
		}
	}
	t.Fatalf("the tree of processes did not grow: %v", marked(t, mark))
	return nil
}

func TestTimeoutKillsTheTree(t *testing.T) {
	needSandbox(t)
	mark := uniqueMark(t)
	o := run(t, Config{Argv: tree(mark), Timeout: 300 * time.Millisecond})
	if !o.TimedOut || o.Exit.Signal != syscall.SIGKILL || o.Code != -1 || o.Duration < 300*time.Millisecond {
		t.Errorf("%+v", o.Exit)
	}
	if pids := marked(t, mark); len(pids) > 0 {
		t.Errorf("left: %v", pids)
	}
}

func TestCancelKillsTheTree(t *testing.T) {
	needSandbox(t)
	mark := uniqueMark(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	p, err := Start(ctx, Config{Argv: tree(mark), Env: testEnv()})
	if err != nil {
		t.Fatal(err)
	}
	awaitTree(t, mark)
	because := errors.New("enough")
	cancel(because)
	if exit, err := p.Wait(); !errors.Is(err, because) || exit.Signal != syscall.SIGKILL || exit.TimedOut {
		t.Error(exit, err)
	}
	if pids := marked(t, mark); len(pids) > 0 {
		t.Errorf("left: %v", pids)
	}
	if _, err := Start(ctx, Config{Argv: tree(mark)}); !errors.Is(err, because) {
		t.Errorf("started after the end of its context: %v", err)
	}
}

func TestKill(t *testing.T) {
	needSandbox(t)
	mark := uniqueMark(t)
	p, err := Start(t.Context(), Config{Argv: tree(mark), Env: testEnv()})
	if err != nil {
		t.Fatal(err)
	}
	awaitTree(t, mark)
	p.Kill()
	if exit, err := p.Wait(); err != nil || exit.Signal != syscall.SIGKILL {
		t.Error(exit, err)
	}
	if pids := marked(t, mark); len(pids) > 0 {
		t.Errorf("left: %v", pids)
	}
	p.Kill() // once more does no harm
}

// A harness that is killed takes everything along.
func TestKilledHarnessLeavesNothing(t *testing.T) {
	needSandbox(t)
	mark := uniqueMark(t)
	argv := subject(append([]string{"harness"}, tree(mark)...)...)
	harness := exec.Command(argv[0], argv[1:]...)
	if err := harness.Start(); err != nil {
		t.Fatal(err)
	}
	var pidfds []unix.PollFd
	for _, pid := range awaitTree(t, mark) {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		pidfds = append(pidfds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	if err := harness.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	harness.Wait()
	for _, p := range pidfds {
		for {
			n, err := unix.Poll([]unix.PollFd{p}, 10_000)
			if err == unix.EINTR {
				continue
			}
			if n != 1 {
				t.Errorf("a process outlives its harness: %v, %v", n, err)
			}
			break
		}
	}
}

func TestInbound(t *testing.T) {
	needSandbox(t)
	for _, address := range []string{":80", "127.0.0.1:8080", "[::1]:8080", "0.0.0.0:443", "192.0.2.2:3000",
		"127.0.0.1:53"} {
		if strings.HasPrefix(address, "[") && !hasIPv6() {
			continue
		}
		t.Run(address, func(t *testing.T) {
			p, err := Start(t.Context(), Config{Argv: subject("serve", address), AWS: echo, Timeout: time.Minute,
				Stderr: os.Stderr, Stdout: os.Stderr})
			if err != nil {
				t.Fatal(err)
			}
			_, port, _ := net.SplitHostPort(address)
			n, _ := strconv.Atoi(port)
			client := &http.Client{Transport: &http.Transport{DialContext: p.Inbound(uint16(n)),
				DisableKeepAlives: true}}
			if got := get(t, client, "http://subject/"); got != "served at "+address {
				t.Errorf("got %q", got)
			}
			// The subject's own listener does not catch its calls to others on that port.
			want := "connect: connection refused"
			if got := get(t, client, "http://subject/get?http://backend.internal:"+port+"/"); !strings.Contains(got,
				want) {
				t.Errorf("got %q, want %q", got, want)
			}
			if got := get(t, client, "http://subject/get?https://"+bedrock+"/x"); !strings.Contains(got,
				"host="+bedrock) {
				t.Errorf("got %q", got)
			}
			p.Kill()
			p.Wait()
			if got := fmt.Sprint(p.Refused()); got != "[backend.internal:"+port+" (tcp)]" {
				t.Errorf("refused %v", got)
			}
			if c, err := p.Inbound(uint16(n))(t.Context(), "", ""); err == nil {
				c.Close()
				t.Error("called a subject that has ended")
			}
		})
	}
}

func get(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func TestInboundGivesUp(t *testing.T) {
	needSandbox(t)
	p, err := Start(t.Context(), Config{Argv: []string{"/bin/sleep", "1000"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := p.Inbound(8080)(ctx, "", ""); !errors.Is(err, context.DeadlineExceeded) ||
		!strings.Contains(err.Error(), "does not listen") {
		t.Error(err)
	}
	p.Kill()
	p.Wait()
	if len(p.Refused()) > 0 {
		t.Errorf("the harness's own calls are recorded as the subject's: %v", p.Refused())
	}
}

func TestManyAtOnce(t *testing.T) {
	needSandbox(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			name := fmt.Sprintf("host%d.example.com", i)
			o := run(t, Config{Argv: subject("get", "https://"+bedrock+"/"+strconv.Itoa(i), "https://"+name),
				AWS: echo})
			if want := fmt.Sprintf("HTTP/2.0 host=%s sni=%s path=/%d\n", bedrock, bedrock,
				i); !strings.HasPrefix(o.stdout, want) || o.Code != 1 {
				t.Errorf("%d: exit %d, %q", i, o.Code, o.stdout)
			}
			o.wantRefused(t, name+":443 (tcp)")
		})
	}
	all.Wait()
}

func TestNothingLeaks(t *testing.T) {
	needSandbox(t)
	one := func() {
		service := "127.0.0.1:1"
		o := run(t, Config{Argv: subject("get", "https://"+bedrock+"/", "http://localhost:99"), AWS: echo,
			PassThrough: []PassThrough{{Host: "localhost", Port: 99, To: service}}})
		if o.Code != 1 {
			t.Errorf("exit %d", o.Code)
		}
		p, err := Start(t.Context(), Config{Argv: []string{"/bin/none"}})
		if err == nil {
			p.Kill()
			t.Error("started nothing")
		}
	}
	one()
	goroutines, fds := runtime.NumGoroutine(), descriptors(t)
	for range 10 {
		one()
	}
	// Goroutines of connections that were just closed may still be on their way out.
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); runtime.Gosched() {
		if runtime.NumGoroutine() <= goroutines && descriptors(t) <= fds {
			return
		}
	}
	buf := make([]byte, 1<<20)
	t.Errorf("%d goroutines, were %d; %d descriptors, were %d\n%s", runtime.NumGoroutine(), goroutines, descriptors(t),
		fds, buf[:runtime.Stack(buf, true)])
}

func descriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// A request that is under way when the subject ends is over when Wait returns.
func TestHandlersEndWithTheSubject(t *testing.T) {
	needSandbox(t)
	var ended atomic.Int32
	arrived := make(chan struct{})
	hang := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		ended.Add(1)
	})
	p, err := Start(t.Context(), Config{Argv: subject("get", "https://"+bedrock), Env: testEnv(), AWS: hang})
	if err != nil {
		t.Fatal(err)
	}
	<-arrived
	p.Kill()
	if exit, err := p.Wait(); err != nil || exit.Signal != syscall.SIGKILL {
		t.Error(exit, err)
	}
	if n := ended.Load(); n != 1 {
		t.Errorf("%d handlers ended", n)
	}
}

// A subject that does not wait for the answer has sent its request all the same.
func TestRequestAtTheLastMoment(t *testing.T) {
	needSandbox(t)
	var mu sync.Mutex
	got := make(map[string]int)
	count := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got[r.Host+" "+string(b)]++
	})
	service := newLocalService(t, count)
	const n = 20
	for range n {
		o := run(t, Config{Argv: subject("leave", "s3.amazonaws.com:80", "169.254.169.254:80", "localhost:5000"),
			AWS:         count,
			Addresses:   map[netip.AddrPort]http.Handler{netip.MustParseAddrPort("169.254.169.254:80"): count},
			PassThrough: []PassThrough{{Host: "localhost", Port: 5000, To: service}},
		})
		o.wantStdout(t, "")
	}
	mu.Lock()
	defer mu.Unlock()
	for _, host := range []string{"s3.amazonaws.com:80", "169.254.169.254:80"} {
		if got[host+" last words"] != n {
			t.Errorf("%s got %v, want %d", host, got, n)
		}
	}
}
