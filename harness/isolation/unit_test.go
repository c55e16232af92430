package isolation

import (
	"crypto/x509"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/need"
)

func TestIsAWS(t *testing.T) {
	for name, want := range map[string]struct{ aws, dual bool }{
		"sts.amazonaws.com":                           {true, false},
		"bedrock-runtime.us-east-1.amazonaws.com":     {true, false},
		"bucket.with.dots.s3.eu-west-1.amazonaws.com": {true, false},
		"s3.dualstack.us-east-1.amazonaws.com":        {true, true},
		"sts.cn-north-1.amazonaws.com.cn":             {true, false},
		"s3.cn-north-1.api.amazonwebservices.com.cn":  {true, true},
		"bedrock-runtime.us-east-1.api.aws":           {true, true},
		"abc.lambda-url.us-east-1.on.aws":             {true, true},
		"sts.us-iso-east-1.c2s.ic.gov":                {true, false},
		"sts.us-isob-east-1.sc2s.sgov.gov":            {true, false},
		"sts.eu-isoe-west-1.cloud.adc-e.uk":           {true, false},
		"sts.us-isof-south-1.csp.hci.ic.gov":          {true, false},
		"sts.eusc-de-east-1.amazonaws.eu":             {true, false},
		"s3.us-isob-east-1.api.aws.scloud":            {true, true},
		"us-east-1.signin.aws.amazon.com":             {true, false},
		"signin.aws.amazon.com":                       {true, false},
		"amazonaws.com":                               {true, false},
		"aws":                                         {false, false},
		"example.com":                                 {false, false},
		"amazonaws.com.example.com":                   {false, false},
		"notamazonaws.com":                            {false, false},
		"aws.amazon.com":                              {false, false},
		"localhost":                                   {false, false},
		"169.254.169.254":                             {false, false},
		"d111111abcdef8.cloudfront.net":               {false, false},
	} {
		if got := seen.IsAWS(name); got != want.aws {
			t.Errorf("IsAWS(%q) = %v", name, got)
		}
		if got := seen.IsAWS(name) && isDualStack(name); got != want.dual {
			t.Errorf("dual stack %q = %v", name, got)
		}
	}
}

func TestHandlerFor(t *testing.T) {
	hosts := make(map[string]http.Handler)
	for _, pattern := range []string{"a.b.example.com", "*.b.example.com", "*.example.com", "*.com"} {
		hosts[pattern] = http.RedirectHandler(pattern, http.StatusFound)
	}
	aws := http.RedirectHandler("aws", http.StatusFound)
	for name, want := range map[string]http.Handler{
		"a.b.example.com":   hosts["a.b.example.com"],
		"x.b.example.com":   hosts["*.b.example.com"],
		"x.y.b.example.com": hosts["*.b.example.com"],
		"b.example.com":     hosts["*.example.com"],
		"example.com":       hosts["*.com"],
		"sts.amazonaws.com": hosts["*.com"],
		"s3.api.aws":        aws,
		"example.org":       nil,
		"com":               nil,
	} {
		if got := handlerFor(name, hosts, aws); got != want {
			t.Errorf("handlerFor(%q) = %v, want %v", name, got, want)
		}
	}
	if handlerFor("sts.amazonaws.com", nil, nil) != nil {
		t.Error("AWS without a handler is answered")
	}
}

func TestNames(t *testing.T) {
	n := newNames()
	a, _ := n.addrs("a")
	b, _ := n.addrs("b")
	again, ok := n.addrs("a")
	if a == b || a != again || !ok || n.name(a.v4) != "a" || n.name(b.v6) != "b" ||
		n.name(netip.MustParseAddr("1.1.1.1")) != "" {
		t.Error(a, b, again, ok)
	}
	n.last = nameAddrs{netip.MustParseAddr("198.19.255.255"), namesIPv6.Addr()}
	if _, ok := n.addrs("c"); ok {
		t.Error("an address out of the range")
	}
	if _, ok := n.addrs("a"); !ok {
		t.Error("a name has lost its address")
	}
}

func TestResolver(t *testing.T) {
	var refused []string
	r := &resolver{
		names: newNames(),
		serve: func(name string, _ nameAddrs) (served, error) {
			switch {
			case name == "broken.amazonaws.com":
				return served{}, http.ErrServerClosed
			case seen.IsAWS(name):
				return served{ok: true, ipv6: isDualStack(name)}, nil
			}
			return served{}, nil
		},
		refused: func(name string) { refused = append(refused, name) },
	}
	for _, c := range []struct {
		name    string
		typ     uint16
		rcode   int
		answer  string
		refused bool
	}{
		{"STS.amazonaws.com.", dns.TypeA, dns.RcodeSuccess, "198.18.0.1", false},
		{"sts.amazonaws.com.", dns.TypeAAAA, dns.RcodeSuccess, "", false},
		{"sts.us-east-1.api.aws.", dns.TypeAAAA, dns.RcodeSuccess, "2001:2::2", false},
		{"sts.amazonaws.com.", dns.TypeHTTPS, dns.RcodeSuccess, "", false},
		{"broken.amazonaws.com.", dns.TypeA, dns.RcodeServerFailure, "", false},
		{"example.com.", dns.TypeA, dns.RcodeSuccess, "198.18.0.4", true},
		{"example.com.", dns.TypeAAAA, dns.RcodeSuccess, "", true},
		{"_mongodb._tcp.example.com.", dns.TypeSRV, dns.RcodeSuccess, "", true},
		{"localhost.", dns.TypeA, dns.RcodeSuccess, "127.0.0.1", false},
		{"app.localhost.", dns.TypeAAAA, dns.RcodeSuccess, "::1", false},
		{"8.8.8.8.in-addr.arpa.", dns.TypePTR, dns.RcodeNameError, "", false},
		// RFC 3596, 2.5: the reverse zone of IPv6. Looking an address up is no attempt to
		// reach a name.
		{"4.4.8.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.8.4.0.6.8.4.1.0.0.2.ip6.arpa.", dns.TypePTR, dns.RcodeNameError,
			"", false},
		{"example-in-addr.arpa.", dns.TypePTR, dns.RcodeSuccess, "", true},
		{".", dns.TypeNS, dns.RcodeSuccess, "", false},
	} {
		refused = nil
		m := new(dns.Msg)
		r.answer(m, dns.Question{Name: c.name, Qtype: c.typ, Qclass: dns.ClassINET})
		got := ""
		for _, rr := range m.Answer {
			if rr.Header().Name != c.name {
				t.Errorf("%s: answer for %s", c.name, rr.Header().Name)
			}
			got += rr.String()[strings.LastIndexByte(rr.String(), '\t')+1:]
		}
		if got != c.answer || m.Rcode != c.rcode || (len(refused) > 0) != c.refused {
			t.Errorf("%s %s: %q, rcode %d, refused %q", c.name, dns.TypeToString[c.typ], got, m.Rcode, refused)
		}
	}
}

// TestLookupsFailOnPurpose has the two questions of a lookup fail together, in
// whichever order they are asked.
func TestLookupsFailOnPurpose(t *testing.T) {
	fates := []Resolution{NoSuchName, ServerFailure, NoReply, Resolves}
	asked := 0
	r := &resolver{
		names: newNames(),
		serve: func(string, nameAddrs) (served, error) { return served{ok: true}, nil }, refused: func(string) {},
		lookups: &lookups{decide: func(name string) Resolution {
			if name != "sts.amazonaws.com" {
				return Resolves
			}
			asked++
			return fates[asked-1]
		}},
	}
	for i, q := range []struct {
		typ    uint16
		rcode  int
		answer bool
	}{
		{dns.TypeA, dns.RcodeNameError, true}, {dns.TypeAAAA, dns.RcodeNameError, true},
		{dns.TypeAAAA, dns.RcodeServerFailure, true}, {dns.TypeHTTPS, dns.RcodeSuccess, true},
		{dns.TypeA, dns.RcodeServerFailure, true},
		{dns.TypeA, 0, false}, {dns.TypeAAAA, 0, false},
		{dns.TypeA, dns.RcodeSuccess, true}, {dns.TypeAAAA, dns.RcodeSuccess, true},
	} {
		m := new(dns.Msg)
		if answer := r.answer(m, dns.Question{Name: "STS.amazonaws.com.", Qtype: q.typ,
			Qclass: dns.ClassINET}); answer != q.answer || answer && m.Rcode != q.rcode {
			t.Errorf("question %d: answered %t, rcode %d", i, answer, m.Rcode)
		}
		other := new(dns.Msg)
		if !r.answer(other, dns.Question{Name: "s3.amazonaws.com.", Qtype: dns.TypeA, Qclass: dns.ClassINET}) ||
			other.Rcode != dns.RcodeSuccess {
			t.Errorf("another name: rcode %d", other.Rcode)
		}
	}
	if asked != len(fates) {
		t.Errorf("asked %d times, want %d", asked, len(fates))
	}
}

func TestCA(t *testing.T) {
	ca, err := NewCA()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca.PEM()) {
		t.Fatal("the PEM has no certificate")
	}
	long := strings.Repeat("a", 60) + ".s3.us-east-1.amazonaws.com"
	for _, host := range []string{"sts.amazonaws.com", long, "10.0.0.1"} {
		c, err := ca.Certificate(host)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(c.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); err != nil {
			t.Error(err)
		}
		if len(leaf.AuthorityKeyId) == 0 { // wanted by OpenSSL's X509_V_FLAG_X509_STRICT, which Python 3.13 sets
			t.Error("no authority key id")
		}
		if again, _ := ca.Certificate(host); again != c {
			t.Error("a certificate made twice")
		}
	}
	other, err := NewCA()
	if err != nil {
		t.Fatal(err)
	}
	if other.X509().Subject.String() == ca.X509().Subject.String() {
		t.Error("two CAs of one name")
	}
}

func TestTruststore(t *testing.T) {
	keytool := need.Program(t, "keytool", "install a JDK")
	ca, err := NewCA()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cacerts")
	if err := os.WriteFile(path, ca.Truststore(), 0o644); err != nil {
		t.Fatal(err)
	}
	// checks the digest
	out, err := exec.Command(keytool, "-list", "-v", "-keystore", path, "-storepass", "changeit").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "trustedCertEntry") || !strings.Contains(string(out),
		ca.X509().Subject.CommonName) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestMergeEnv(t *testing.T) {
	got := mergeEnv([]string{"A=1", "SSL_CERT_FILE=/mine", "B=", "SSL_CERT_FILE=/mine2", "C=x=y"},
		[]string{"SSL_CERT_FILE=/ours"})
	if want := "A=1|B=|C=x=y|SSL_CERT_FILE=/ours"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
	if v, ok := lookupEnv([]string{"A=1", "A=2=3"}, "A"); v != "2=3" || !ok {
		t.Error(v, ok)
	}
}

func TestLedger(t *testing.T) {
	var l ledger
	now := time.Unix(1000, 0)
	web := target{name: "example.com", addr: netip.MustParseAddr("198.18.0.1"), port: 443, network: "tcp"}
	l.add(target{name: "example.com", network: networkDNS}, now)
	l.add(target{name: "example.com", network: networkDNS}, now)
	l.add(target{name: "only.example.com", network: networkDNS}, now.Add(1))
	l.add(web, now.Add(2))
	l.add(web, now.Add(3))
	l.add(target{addr: netip.MustParseAddr("::1"), port: 5432, network: "tcp"}, now.Add(4))
	l.add(target{addr: netip.MustParseAddr("8.8.8.8"), network: "icmp"}, now.Add(5))
	l.add(target{name: "example.com", addr: web.addr, network: "icmp"}, now.Add(6))
	var lines []string
	for _, a := range l.list() {
		lines = append(lines, a.String())
	}
	want := "only.example.com (looked up only)|example.com:443 (tcp), 2 times|[::1]:5432 (tcp)|8.8.8.8 " +
		"(icmp)|example.com (icmp)"
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if a := l.list(); !a[2].Loopback() || a[1].Loopback() {
		t.Error("loopback")
	}
}
