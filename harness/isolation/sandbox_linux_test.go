package isolation

import (
	"bufio"
	"bytes"
	"encoding/json"
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
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/need"
)

const bedrock = "bedrock-runtime.us-east-1.amazonaws.com"

func TestCurlReachesAWS(t *testing.T) {
	needProgram(t, "curl")
	o := run(t, Config{Argv: []string{"curl", "-sS", "https://" + bedrock + "/model"}, AWS: echo})
	o.wantStdout(t, "HTTP/2.0 host="+bedrock+" sni="+bedrock+" path=/model\n")
	o.wantRefused(t)

	o = run(t, Config{Argv: []string{"curl", "-sS", "--http1.1", "http://s3.amazonaws.com/b",
		"https://s3.amazonaws.com/b"}, AWS: echo})
	o.wantStdout(t,
		"HTTP/1.1 host=s3.amazonaws.com sni=- path=/b\nHTTP/1.1 host=s3.amazonaws.com sni=s3.amazonaws.com path=/b\n")
}

func TestGoReachesAWS(t *testing.T) {
	o := run(t, Config{Argv: subject("get", "https://"+bedrock+"/model", "https://sts.cn-north-1.amazonaws.com.cn/",
		"https://eks-auth.eu-west-1.api.aws/"), AWS: echo})
	o.wantStdout(t, "HTTP/2.0 host="+bedrock+" sni="+bedrock+" path=/model\n"+
		"HTTP/2.0 host=sts.cn-north-1.amazonaws.com.cn sni=sts.cn-north-1.amazonaws.com.cn path=/\n"+
		"HTTP/2.0 host=eks-auth.eu-west-1.api.aws sni=eks-auth.eu-west-1.api.aws path=/\n")
	if len(o.TLSFailures()) != 0 {
		t.Error(o.TLSFailures())
	}
}

func TestRuntimesTrustTheCA(t *testing.T) {
	const url = "https://" + bedrock + "/model"
	java := filepath.Join(t.TempDir(), "Get.java")
	err := os.WriteFile(java, []byte(`public class Get { public static void main(String[] a) throws Exception {
		System.out.write(new java.net.URL(a[0]).openStream().readAllBytes()); System.out.flush(); } }`), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	for _, argv := range [][]string{
		{"node", "-e", `fetch(process.argv[1]).then(r => r.text()).then(t => process.stdout.write(t))`, url},
		{"python3", "-c", "import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode(), end='')",
			url},
		{"ruby", "-e", `require "net/http"; print Net::HTTP.get(URI(ARGV[0]))`, url},
		{"java", java, url},
		{"git", "-c", "http.version=HTTP/1.1", "ls-remote", url},
	} {
		t.Run(argv[0], func(t *testing.T) {
			needProgram(t, argv[0])
			o := run(t, Config{Argv: argv, AWS: echo})
			if argv[0] == "git" { // no repository there; the certificate is fine
				if !strings.Contains(o.stderr, "not found") && !strings.Contains(o.stderr, "not valid") {
					t.Error(o.stderr)
				}
				return
			}
			o.wantStdout(t, "HTTP/1.1 host="+bedrock+" sni="+bedrock+" path=/model\n")
		})
	}
}

// Another library than the interpreter's own, with its own list of CAs.
func TestPythonRequestsTrustsTheCA(t *testing.T) {
	needModule(t, "requests")
	o := run(t, Config{Argv: []string{"python3", "-c", "import requests; print(requests.get('https://" + bedrock +
		"/').text, end='')"}, AWS: echo})
	o.wantStdout(t, "HTTP/1.1 host="+bedrock+" sni="+bedrock+" path=/\n")
}

// An SDK as it is, without an endpoint or a setting: credentials from instance
// metadata over IPv4, a call to a regional endpoint.
func TestSDKAsItIs(t *testing.T) {
	needModule(t, "boto3")
	metadata := http.NewServeMux()
	metadata.HandleFunc("PUT /latest/api/token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
		fmt.Fprint(w, "token")
	})
	metadata.HandleFunc("GET /latest/meta-data/iam/security-credentials/{$}", func(w http.ResponseWriter,
		r *http.Request) {
		fmt.Fprint(w, "role")
	})
	metadata.HandleFunc("GET /latest/meta-data/iam/security-credentials/role", func(w http.ResponseWriter,
		r *http.Request) {
		fmt.Fprint(w,
			`{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z","LastUpdated":"2020-01-01T00:00:00Z"}`)
	})
	sts := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		key, _, _ := strings.Cut(rest, "/")
		fmt.Fprintf(w,
			`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>%s at %s</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`, key, r.Host)
	})
	o := run(t, Config{
		Argv:      []string{"python3", "-c", "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"},
		Env:       testEnv("AWS_DEFAULT_REGION=eu-west-1", "HOME=/nonexistent"),
		AWS:       sts,
		Addresses: map[netip.AddrPort]http.Handler{netip.MustParseAddrPort("169.254.169.254:80"): metadata},
	})
	o.wantStdout(t, "ASIAEXAMPLE at sts.eu-west-1.amazonaws.com\n")
	o.wantRefused(t)
}

func TestSubjectsOwnCertificatesStay(t *testing.T) {
	other, err := NewCA()
	if err != nil {
		t.Fatal(err)
	}
	o := run(t, Config{
		Argv:  []string{"sh", "-c", "cat $NODE_EXTRA_CA_CERTS"},
		Env:   testEnv("NODE_EXTRA_CA_CERTS=/etc/corporate.pem"),
		Files: []File{{Path: "/etc/corporate.pem", Data: other.PEM()}},
	})
	if !strings.Contains(o.stdout, string(other.PEM())) || strings.Count(o.stdout, "BEGIN") != 2 {
		t.Errorf("the bundle is\n%s", o.stdout)
	}
}

func TestUntrustedCAIsReported(t *testing.T) {
	needProgram(t, "curl")
	o := run(t, Config{Argv: []string{"curl", "-sS", "--cacert", "/dev/null", "https://" + bedrock}, AWS: echo})
	if o.Code == 0 {
		t.Error("curl trusted a CA it does not know")
	}
	if needProgram(t, "node"); true {
		o := run(t, Config{Argv: []string{"env", "-u", "NODE_EXTRA_CA_CERTS", "node", "-e",
			"fetch(process.argv[1]).catch(e => process.exit(9))", "https://" + bedrock}, AWS: echo})
		if got := o.TLSFailures(); o.Code != 9 || len(got) != 1 ||
			got[0] != (TLSFailure{Name: bedrock, Problem: NoRequest, Count: 1}) {
			t.Errorf("exit %d, failures %v", o.Code, got)
		}
	}
	o = run(t, Config{Argv: subject("get", "https://"+bedrock), AWS: echo, Env: testEnv("SSL_CERT_DIR=/none")})
	o.wantStdout(t, "HTTP/2.0 host="+bedrock+" sni="+bedrock+" path=/\n")
	o = run(t, Config{Argv: append([]string{"env", "SSL_CERT_FILE=/none", "SSL_CERT_DIR=/none"},
		subject("get", "https://"+bedrock)...), AWS: echo})
	if got := o.TLSFailures(); o.Code != 1 || len(got) != 1 || got[0].Name != bedrock ||
		!strings.Contains(got[0].Problem, "bad certificate") {
		t.Errorf("exit %d, failures %v", o.Code, got)
	}
}

func TestMetadataAddresses(t *testing.T) {
	addresses := ifIPv6([]string{"169.254.169.254:80", "169.254.170.2:80", "169.254.170.23:80", "127.0.0.1:9001"},
		"[fd00:ec2::254]:80", "[fd00:ec2::23]:80", "[::1]:9001")
	config := Config{Argv: subject("get"), Addresses: make(map[netip.AddrPort]http.Handler)}
	var want strings.Builder
	for _, a := range addresses {
		config.Addresses[netip.MustParseAddrPort(a)] = echo
		config.Argv = append(config.Argv, "http://"+a+"/latest")
		fmt.Fprintf(&want, "HTTP/1.1 host=%s sni=- path=/latest\n", a)
	}
	run(t, config).wantStdout(t, want.String())
}

func TestHosts(t *testing.T) {
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, name, r.Host) })
	}
	o := run(t, Config{
		Argv: subject("get", "https://oidc.vercel.com/", "http://a.b.example.org/", "https://sts.amazonaws.com/",
			"https://iam.amazonaws.com/"),
		AWS: named("aws"),
		Hosts: map[string]http.Handler{
			"oidc.vercel.com":   named("issuer"),
			"*.example.org":     named("wildcard"),
			"sts.amazonaws.com": named("mine"),
		},
	})
	o.wantStdout(t, "issuer oidc.vercel.com\nwildcard a.b.example.org\nmine sts.amazonaws.com\naws iam.amazonaws.com\n")
}

func TestOtherHostsAreRefused(t *testing.T) {
	needProgram(t, "curl")
	o := run(t, Config{Argv: []string{"curl", "-sS", "https://example.com"}, AWS: echo})
	if o.Code != 7 { // CURLE_COULDNT_CONNECT
		t.Errorf("exit %d, want 7", o.Code)
	}
	o.wantRefused(t, "example.com:443 (tcp)")
	if a := o.Refused()[0]; a.Name != "example.com" || !namesIPv4.Contains(a.Addr) || a.Port != 443 ||
		a.Network != "tcp" || a.Count != 1 {
		t.Errorf("%+v", a)
	}
	o = run(t, Config{Argv: []string{"curl", "-sS", "https://" + bedrock}})
	if o.Code != 7 {
		t.Errorf("AWS without a handler: exit %d, want 7", o.Code)
	}
	o.wantRefused(t, bedrock+":443 (tcp)")
}

func TestOtherAddressesAreRefused(t *testing.T) {
	calls := []string{"tcp 8.8.8.8:53", "tcp 1.1.1.1:443", "tcp 1.1.1.1:443", "udp 8.8.8.8:53", "tcp 127.0.0.1:5432",
		"tcp 192.0.2.3:22", "tcp 198.18.0.0:80", "tcp " + bedrock + ":5432"}
	calls = ifIPv6(calls, "tcp [2606:4700:4700::1111]:443", "udp [2001:4860:4860::8888]:53", "tcp [::1]:5432")
	argv := []string{"dial"}
	var want strings.Builder
	for _, call := range calls {
		argv = append(argv, strings.Fields(call)...)
		fmt.Fprintln(&want, call, "refused")
	}
	want.WriteString("asked again 0 times\n") // each at once
	o := run(t, Config{Argv: subject(argv...), AWS: echo})
	o.wantStdout(t, want.String())
	o.wantRefused(t, ifIPv6([]string{"8.8.8.8:53 (tcp)", "1.1.1.1:443 (tcp), 2 times", "8.8.8.8:53 (udp)",
		"127.0.0.1:5432 (tcp)",
		"192.0.2.3:22 (tcp)", "198.18.0.0:80 (tcp)", bedrock + ":5432 (tcp)"},
		"[2606:4700:4700::1111]:443 (tcp)", "[2001:4860:4860::8888]:53 (udp)", "[::1]:5432 (tcp)")...)
	if o.Unrecorded != 0 {
		t.Errorf("%d unrecorded", o.Unrecorded)
	}
}

func TestPingsAreRefused(t *testing.T) {
	kinds := []string{"ping"}
	if os.Getuid() == 0 { // the subject has CAP_NET_RAW
		kinds = append(kinds, "rawping")
	}
	for _, kind := range kinds {
		addresses := ifIPv6([]string{"8.8.8.8", "192.0.2.3"}, "2001:4860:4860::8888")
		var want strings.Builder
		var listed []string
		for _, a := range addresses {
			fmt.Fprintln(&want, a, "unreachable")
			listed = append(listed, a+" (icmp)")
		}
		o := run(t, Config{Argv: subject(append([]string{kind}, addresses...)...)})
		o.wantStdout(t, want.String())
		o.wantRefused(t, listed...)
	}
}

// ifIPv6 adds what is about IPv6 where this kernel has it.
func ifIPv6(list []string, more ...string) []string {
	if hasIPv6() {
		return append(list, more...)
	}
	return list
}

// Each of many datagrams is refused and listed, whatever the kernel's limit of
// errors is: the machine's is one a second for a peer.
func TestEachDatagramIsRefused(t *testing.T) {
	const n = 300
	var targets, listed []string
	for i := range n {
		targets = append(targets, fmt.Sprintf("10.1.%d.%d:8125", i/100, i%100))
		targets = ifIPv6(targets, fmt.Sprintf("[2001:db8:1::%x]:8125", i+1))
	}
	for _, address := range targets {
		listed = append(listed, address+" (udp)")
	}
	o := run(t, Config{Argv: subject(append([]string{"datagrams"}, targets...)...)})
	o.wantStdout(t, fmt.Sprintf("%d refused\n", len(targets)))
	o.wantRefused(t, listed...)
	if o.Unrecorded != 0 {
		t.Errorf("%d unrecorded", o.Unrecorded)
	}
}

func TestEachPingIsRefused(t *testing.T) {
	const n = 50
	argv := []string{"ping"}
	var want strings.Builder
	var listed []string
	for i := range n {
		address := fmt.Sprintf("10.2.0.%d", i+1)
		argv = append(argv, address)
		fmt.Fprintln(&want, address, "unreachable")
		listed = append(listed, address+" (icmp)")
	}
	o := run(t, Config{Argv: subject(argv...)})
	o.wantStdout(t, want.String())
	o.wantRefused(t, listed...)
}

// However many: what is not recorded is counted.
func TestFlood(t *testing.T) {
	const n = 5000
	o := run(t, Config{Argv: subject("flood", fmt.Sprint(n), "8.8.8.8:53")})
	o.wantStdout(t, "")
	total := o.Unrecorded
	for _, a := range o.Refused() {
		total += a.Count
	}
	if len(o.Refused()) != 1 || total != n {
		t.Errorf("%v and %d unrecorded, want %d together", o.Refused(), o.Unrecorded, n)
	}
}

func TestCertificateIsForTheName(t *testing.T) {
	needProgram(t, "curl")
	for sni, code := range map[string]int{
		"bucket.s3.amazonaws.com": 0,
		"example.com":             60, // CURLE_PEER_FAILED_VERIFICATION
	} {
		o := run(t, Config{Argv: []string{"curl", "-sS", "--connect-to", sni + ":443:s3.amazonaws.com:443", "https://" +
			sni}, AWS: echo})
		if o.Code != code {
			t.Errorf("%s at the address of s3.amazonaws.com: exit %d, want %d: %s", sni, o.Code, code, o.stderr)
		}
	}
}

func TestLookupAloneIsReported(t *testing.T) {
	needProgram(t, "getent")
	o := run(t, Config{Argv: []string{"getent", "hosts", "db.internal"}})
	o.wantRefused(t, "db.internal (looked up only)")
	if o := run(t, Config{Argv: []string{"getent", "hosts", "localhost"}}); len(o.Refused()) != 0 || o.Code != 0 {
		t.Error(o.Code, o.Refused())
	}
}

// The sandbox has two network namespaces, and no interface in them but lo and the
// link between them.
func TestInterfaces(t *testing.T) {
	run(t, Config{Argv: subject("interfaces")}).wantStdout(t, "lo\neth0\n")
	needRoot(t)
	p, err := Start(t.Context(), Config{Argv: []string{"/bin/cat"}, Stdin: blocked{t.Context().Done()}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Wait()
	defer p.Kill()
	namespaces := make(map[string]string)
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/ns/net", p.init.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range threads {
		if ns, err := os.Readlink(path); err == nil {
			namespaces[ns] = path
		}
	}
	mine, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := namespaces[mine]; ok || len(namespaces) != 2 {
		t.Fatalf("the init is in %v, this process in %s", namespaces, mine)
	}
	for _, path := range namespaces {
		if got := interfacesIn(t, path); got != "lo eth0" {
			t.Errorf("interfaces %s", got)
		}
	}
}

func interfacesIn(t *testing.T, ns string) string {
	fd, err := unix.Open(ns, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	found := make(chan string)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		if err := unix.Setns(fd, unix.CLONE_NEWNET); err != nil {
			found <- err.Error()
			return
		}
		var names []string
		ifs, err := net.Interfaces()
		for _, i := range ifs {
			names = append(names, i.Name)
		}
		if err != nil {
			names = append(names, err.Error())
		}
		found <- strings.Join(names, " ")
	}()
	return <-found
}

type blocked struct{ until <-chan struct{} }

func (b blocked) Read([]byte) (int, error) { <-b.until; return 0, os.ErrClosed }

func TestFiles(t *testing.T) {
	o := run(t, Config{
		Argv: []string{"sh", "-c",
			`cat /var/run/secrets/pods.eks.amazonaws.com/serviceaccount/token /nowhere/before/a /nowhere/b /etc/hostname /sys/class/dmi/id/board_asset_tag /sys/hypervisor/uuid; stat -c %a /nowhere/b /var/run /; ls /etc/passwd`},
		Files: []File{
			{Path: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/token", Data: []byte("token\n")},
			{Path: "/nowhere/before/a", Data: []byte("a\n")},
			{Path: "/nowhere/b", Data: []byte("b\n"), Mode: 0o400},
			{Path: "/etc/hostname", Data: []byte("covered\n")},
			{Path: "/sys/class/dmi/id/board_asset_tag", Data: []byte("i-0123456789abcdef0\n")},
			{Path: "/sys/hypervisor/uuid", Data: []byte("ec2\n")},
		},
	})
	o.wantStdout(t, fmt.Sprintf("token\na\nb\ncovered\ni-0123456789abcdef0\nec2\n400\n%o\n%o\n/etc/passwd\n",
		perm(t, "/var/run"), perm(t, "/")))
	for _, p := range []string{"/nowhere", "/var/run/secrets/pods.eks.amazonaws.com"} {
		if _, err := os.Stat(p); err == nil {
			t.Errorf("%s exists outside", p)
		}
	}
}

// TestDirectoryShownLive: what is written into it while the subject runs is seen,
// also where a directory of the machine is covered by it.
func TestDirectoryShownLive(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		next := filepath.Join(dir, "next")
		if err := os.WriteFile(next, []byte(text+"\n"), 0o644); err != nil {
			t.Error(err)
		}
		if err := os.Rename(next, filepath.Join(dir, "a")); err != nil {
			t.Error(err)
		}
	}
	write("before")
	in, say := io.Pipe()
	out, said := io.Pipe()
	go func() {
		lines := bufio.NewScanner(out)
		lines.Scan()
		write("after")
		_, _ = io.WriteString(say, "\n")
		_, _ = io.Copy(io.Discard, out)
	}()
	var all bytes.Buffer
	run(t, Config{
		Argv: []string{"sh", "-c", "cat /nowhere/live/a; read line; cat /nowhere/live/a /opt/a; ls /opt"}, Stdin: in,
		Stdout: io.MultiWriter(&all, said),
		Files:  []File{{Path: "/nowhere/live", From: dir}, {Path: "/opt", From: dir}},
	})
	_, _ = said.Close(), say.Close()
	if got := all.String(); got != "before\nafter\nafter\na\n" {
		t.Errorf("got %q", got)
	}
}

func perm(t *testing.T, path string) os.FileMode {
	info, err := os.Stat(path) // sh's stat does not follow, but /var/run is asked for as it is
	if err != nil {
		t.Fatal(err)
	}
	if l, err := os.Lstat(path); err == nil && l.Mode()&os.ModeSymlink != 0 {
		return 0o777
	}
	perm := info.Mode().Perm()
	if info.Mode()&os.ModeSticky != 0 {
		perm |= 0o1000
	}
	return perm
}

func TestEnvironmentIsNotInherited(t *testing.T) {
	t.Setenv("HOSTPROOF_TEST_SECRET", "leaked")
	o := run(t, Config{Argv: []string{"/usr/bin/env"}, Env: []string{"A=1", "B=2", "A=3"}})
	want := "A=1\nB=2\nA=3\n" + strings.Join(o.Wiring().Env, "\n") + "\n"
	o.wantStdout(t, want)
}

func TestPassThrough(t *testing.T) {
	needSandbox(t)
	// Two connections to each service: names and literal addresses.
	var got sync.Map
	service := newLocalService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.Store(r.Host, true)
		fmt.Fprintln(w, "local", r.Host)
	}))
	o := run(t, Config{
		Argv: subject("get", "http://localhost:5000/", "http://127.0.0.1:5000/", "http://app.localhost:5001/",
			"http://db.internal:8000/", "http://10.1.2.3:81/", "http://"+bedrock+":9000/", "https://"+bedrock+"/"),
		AWS: echo,
		PassThrough: []PassThrough{
			{Host: "localhost", Port: 5000, To: service},
			{Host: "app.localhost", Port: 5001, To: service},
			{Host: "db.internal", Port: 8000, To: service},
			{Host: "10.1.2.3", Port: 81, To: service},
			{Host: bedrock, Port: 9000, To: service},
		},
	})
	o.wantStdout(t, "local localhost:5000\nlocal 127.0.0.1:5000\nlocal app.localhost:5001\nlocal "+
		"db.internal:8000\nlocal 10.1.2.3:81\nlocal "+bedrock+":9000\n"+
		"HTTP/2.0 host="+bedrock+" sni="+bedrock+" path=/\n")
	o.wantRefused(t)
}

// One harness that is not root: everything again as nobody.
func TestRootless(t *testing.T) {
	needSandbox(t)
	needRoot(t) // else every other test is rootless already
	exe := worldReadable(t)
	cmd := exec.Command(exe, "-test.run",
		"^(TestCurl|TestGo|TestMetadata|TestOther|TestFiles|TestInbound|TestTimeout|TestKill|TestPassThrough|TestExit)",
		"-test.v")
	cmd.Dir = "/"
	cmd.Env = testEnv("HOSTPROOF_REQUIRE="+os.Getenv("HOSTPROOF_REQUIRE"), "HOME=/nonexistent", "TMPDIR=/tmp")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "no sandbox here") {
		need.Missing(t, "namespaces", errors.New("there is no sandbox for users but root: allow them user namespaces"))
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: TestGoReachesAWS") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRootlessSubjectIsNobodySpecial(t *testing.T) {
	o := run(t, Config{Argv: []string{"sh", "-c", "id -u; grep CapEff /proc/self/status"}})
	caps := "00000000a80425fb" // what a container's root has
	if os.Getuid() != 0 {
		caps = "0000000000000000"
	}
	o.wantStdout(t, fmt.Sprintf("%d\nCapEff:\t%s\n", os.Getuid(), caps))
}

// in runs tests of this binary in namespaces that a script has made worse, and
// returns what they say.
func in(t *testing.T, script, tests string) string {
	needSandbox(t)
	unshare := needProgram(t, "unshare")
	cmd := exec.Command(unshare, "-Urmpf", "--mount-proc", "sh", "-c", script+` && exec "$0" -test.v -test.run "$1"`,
		worldReadable(t), tests)
	cmd.Env = testEnv("HOSTPROOF_REQUIRE=sandbox")
	out, _ := cmd.CombinedOutput()
	return string(out)
}

// As in a container: a part of /proc is covered, and the kernel gives no other one.
func TestCoveredProc(t *testing.T) {
	needProgram(t, "mount")
	out := in(t, "mount --bind /etc/hostname /proc/version", "^(TestExit|TestFiles|TestGoReachesAWS|TestKill)$")
	if strings.Count(out, "\n--- PASS") != 4 {
		t.Error(out)
	}
}

func TestWithoutUserNamespaces(t *testing.T) {
	out := in(t, "echo 0 >/proc/sys/user/max_user_namespaces", "^TestExit$")
	if !strings.Contains(out, "isolation: no sandbox here (make namespaces: no space left on device): ") ||
		!strings.Contains(out,
			"run `sudo sysctl -w user.max_user_namespaces=15000`, or use isolation endpoint or container\n") {
		t.Error(out)
	}
}

func TestStartErrors(t *testing.T) {
	needSandbox(t)
	for name, c := range map[string]struct {
		config Config
		want   string
	}{
		"no argv": {Config{}, "Argv is empty"},
		"no program": {Config{Argv: []string{"nothing-like-this"}, Env: []string{"PATH=/bin:/usr/bin"}},
			`nothing-like-this: not found in the subject's PATH "/bin:/usr/bin"`},
		"no PATH": {Config{Argv: []string{"sh"}}, `not found in the subject's PATH ""`},
		"not runnable": {Config{Argv: []string{"/etc/passwd"}},
			"isolation: start the program: exec /etc/passwd: permission denied"},
		"no directory": {Config{Argv: []string{"/bin/true"}, Dir: "/none"}, "chdir /none"},
		"file on dir": {Config{Argv: []string{"/bin/true"}, Files: []File{{Path: "/etc"}}},
			"isolation: place /etc: a directory is there"},
		"bad env":     {Config{Argv: []string{"/bin/true"}, Env: []string{"SECRET"}}, "not key=value"},
		"env no name": {Config{Argv: []string{"/bin/true"}, Env: []string{"=x"}}, "not key=value"},
		"relative":    {Config{Argv: []string{"/bin/true"}, Files: []File{{Path: "x"}}}, "clean absolute path"},
		"both": {Config{Argv: []string{"/bin/true"},
			Files: []File{{Path: "/x", From: "/srv", Data: []byte("x")}}}, "and no Data"},
		"from nowhere": {Config{Argv: []string{"/bin/true"}, Files: []File{{Path: "/x", From: "/none"}}},
			"isolation: place /x: no such file"},
		"bad host": {Config{Argv: []string{"/bin/true"}, Hosts: map[string]http.Handler{"a:80": echo}},
			"without port"},
		"address host": {Config{Argv: []string{"/bin/true"}, Hosts: map[string]http.Handler{"10.0.0.1": echo}},
			"belongs in Config.Addresses"},
		"localhost": {Config{Argv: []string{"/bin/true"}, Hosts: map[string]http.Handler{"a.localhost": echo}},
			"belongs in Config.Addresses"},
		"nil handler": {Config{Argv: []string{"/bin/true"}, Hosts: map[string]http.Handler{"a": nil}}, "no handler"},
		"far away": {Config{Argv: []string{"/bin/true"}, PassThrough: []PassThrough{{Host: "x", Port: 1,
			To: "10.0.0.1:5"}}}, "only this machine's loopback"},
		"twice": {Config{Argv: []string{"/bin/true"}, PassThrough: []PassThrough{{Host: "10.0.0.1", Port: 1},
			{Host: "10.0.0.1", Port: 1}}}, "isolation: open tcp 10.0.0.1:1: address already in use"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Start(t.Context(), c.config)
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

func TestAttemptJSON(t *testing.T) {
	b, err := json.Marshal(Attempt{Name: "a", Network: "dns", Count: 1})
	if err != nil || strings.Contains(string(b), "addr") {
		t.Errorf("%s %v", b, err)
	}
}
