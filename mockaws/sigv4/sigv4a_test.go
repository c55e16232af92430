package sigv4_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

var suiteAsymmetric = sigv4.Rules{Service: "service", Region: "us-east-1", Asymmetric: true}

func fromSuiteA(name, target, signed, signature string, header ...string) golden {
	x := fromSuite(name, target, signed, signature, append(header, "X-Amz-Region-Set: us-east-1")...)
	x.source, x.scope, x.rules = suite+"v4a/"+name, "20150830/service/aws4_request", suiteAsymmetric
	return x
}

// Signatures of SigV4a that AWS published. They are random, so that they can be
// verified only.
var asymmetricGoldens = []golden{
	fromSuiteA("get-vanilla", "GET /", "host;x-amz-date;x-amz-region-set",
		"3045022018b4e277d0281864beb51d3600e23f88510ea5031d68ddfbb68614b82a5eb7d2022100effb9c5f22ed9ef3ae0ab243d21f06bce82365bbb79529a07b6888c343ae5f8c"),
	fromSuiteA("get-utf8", "GET /ሴ", "host;x-amz-date;x-amz-region-set",
		"304502210082c462efc22f340d7d20b19e0c9b38400e9395bedd9269e01e959ef915ca2846022050d38df1572786ef8befe01d888335c15b0f17fb1d795858fa3cb79e060ba375"),
	fromSuiteA("get-vanilla-with-session-token", "GET /", "host;x-amz-date;x-amz-region-set;x-amz-security-token",
		"30450221008f4516c8850ed9eb29502658d1f0e0f6cabc11a44963c558efd1dd8e9fb084a0022032e47df89ad1a5b4e2b82d3a68dbe31d6ef8e1ea8c3815b2097538c4695d184e",
		"X-Amz-Security-Token: 6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"),
	{
		source: suite + "v4a/get-slashes-normalized, as a presigned URL", host: "example.amazonaws.com",
		date: "20150830T123600Z", secret: suiteKey, keyID: "AKIDEXAMPLE",
		target: "GET //example//?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z" +
			"&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1&X-Amz-Signature=3045022100ec452ebb2ae12447edb19c7c1824c5b5921650498ed70c3366d9bce4875f0095022007c29a38626d79722aa8f8882ea96003eaf2a135c4bed3394f24a068fded99f1",
		rules: suiteAsymmetric,
	},
}

func TestGoldenAsymmetric(t *testing.T) {
	for _, x := range asymmetricGoldens {
		now, err := time.Parse("20060102T150405Z", x.date)
		if err != nil {
			t.Fatal(err)
		}
		if refusal := judge(new(sigv4.Verifier), x.request(), x.rules, x.secret, now); refusal != nil {
			t.Errorf("%s: %v", x.source, refusal)
		}
		if refusal := judge(new(sigv4.Verifier), x.request(), x.rules, x.secret+"x", now); refusal == nil {
			t.Errorf("%s: another secret is accepted", x.source)
		}
	}
}

// ecdsaClient signs with SigV4a; written from the specification, apart from the
// code under test.
type ecdsaClient struct{ key *ecdsa.PrivateKey }

func newECDSAClient(keyID, secret string) ecdsaClient {
	n := elliptic.P256().Params().N
	for counter := byte(1); ; counter++ {
		var info []byte
		info = binary.BigEndian.AppendUint32(info, 1)
		info = append(info, "AWS4-ECDSA-P256-SHA256\x00"+keyID...)
		info = append(info, counter)
		info = binary.BigEndian.AppendUint32(info, 256)
		c := new(big.Int).SetBytes(hmacOf([]byte("AWS4A"+secret), string(info)))
		if c.Cmp(new(big.Int).Sub(n, big.NewInt(2))) > 0 {
			continue
		}
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), c.Add(c, big.NewInt(1)).FillBytes(make([]byte, 32)))
		if err != nil {
			panic(err)
		}
		return ecdsaClient{key}
	}
}

func (c ecdsaClient) sign(toSign string) string {
	sum := sha256.Sum256([]byte(toSign))
	der, err := ecdsa.SignASN1(rand.Reader, c.key, sum[:])
	if err != nil {
		panic(err)
	}
	return hex.EncodeToString(der)
}

// TestDerivedKey is the test vector of awslabs/aws-c-auth tests/key_derivation_tests.c.
func TestDerivedKey(t *testing.T) {
	key := newECDSAClient("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom").key
	raw, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(raw); got != "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd" {
		t.Errorf("private key %s", got)
	}
}

// multiRegion is a request to an S3 Multi-Region Access Point.
func multiRegion(regionSet string) *sigv4.Request {
	r := &sigv4.Request{Method: "PUT", Host: "mrap.s3-global.amazonaws.com", Path: "/key", Header: http.Header{
		"X-Amz-Date": {now}, "X-Amz-Region-Set": {regionSet}, "X-Amz-Content-Sha256": {hashOf([]byte("body"))},
	}, Body: []byte("body")}
	signMultiRegion(r, hashOf([]byte("body")))
	return r
}

const regionSetHeaders = "host;x-amz-content-sha256;x-amz-date;x-amz-region-set"

// signMultiRegion returns the client and the signature, for chunks to go on with.
func signMultiRegion(r *sigv4.Request, hash string) (ecdsaClient, string) {
	canonical := r.Method + "\n" + r.Path + "\n\nhost:" + r.Host + "\nx-amz-content-sha256:" + hash + "\nx-amz-date:" +
		now +
		"\nx-amz-region-set:" + r.Header.Get("X-Amz-Region-Set") + "\n\n" + regionSetHeaders + "\n" + hash
	client := newECDSAClient(testKeyID, testSecret)
	signature := client.sign("AWS4-ECDSA-P256-SHA256\n" + now + "\n20250130/s3/aws4_request\n" +
		hashOf([]byte(canonical)))
	r.Header.Set("Authorization", "AWS4-ECDSA-P256-SHA256 Credential="+testKeyID+
		"/20250130/s3/aws4_request, SignedHeaders="+regionSetHeaders+", Signature="+signature)
	return client, signature
}

func TestRegionSets(t *testing.T) {
	for _, x := range []struct {
		set, region string
		ok          bool
	}{
		{"us-east-1", "us-east-1", true},
		{"us-east-1", "us-east-11", false},
		{"us-east-1", "us-east-", false},
		{"eu-west-1, us-east-1", "us-east-1", true},
		{"eu-west-1", "us-east-1", false},
		{"*", "us-east-1", true},
		{"us-*", "us-east-1", true},
		{"us-*-1", "us-east-1", true},
		{"us-*-2", "us-east-1", false},
		{"*-*-*", "us-east-1", true},
		{"*-*-*-*", "us-east-1", false},
		{"us-east-1*us-east-1", "us-east-1", false},
		{strings.Repeat("*a", 50) + "b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"", "us-east-1", false},
		{"us-east-1,", "us-east-1", false},
		{"US", "us-east-1", false},
		{"us-east-1", "", true},
		{"us east", "", false},
	} {
		rules := sigv4.Rules{Service: "s3", Region: x.region, S3: true}
		refusal := judge(new(sigv4.Verifier), multiRegion(x.set), rules, testSecret, signingTime)
		cause, _ := verdict.CauseOf[verdict.ForeignScope](refusal)
		switch {
		case x.ok && refusal != nil:
			t.Errorf("%q for %q: %v", x.set, x.region, refusal)
		case !x.ok && (cause.Region == nil || cause.Region.Sent != x.set):
			t.Errorf("%q for %q: %v", x.set, x.region, refusal)
		}
	}
}

// TestAsymmetricChanged: nothing signed can be changed.
func TestAsymmetricChanged(t *testing.T) {
	for name, change := range map[string]func(*sigv4.Request){
		"method":     func(r *sigv4.Request) { r.Method = "POST" },
		"path":       path("/kez"),
		"query":      query("a=1"),
		"region set": header("X-Amz-Region-Set", "us-*"),
		"date":       header("X-Amz-Date", "20250130T204632Z"),
		"body":       func(r *sigv4.Request) { r.Body[0]++ },
		"key id":     func(r *sigv4.Request) { replaceAuthorization(r, testKeyID, "AKIAI44QH8DHBEXAMPLE") },
		"service":    func(r *sigv4.Request) { replaceAuthorization(r, "/s3/", "/s4/") },
		"scope date": func(r *sigv4.Request) { replaceAuthorization(r, "/20250130/", "/20250129/") },
		"five parts": func(r *sigv4.Request) { replaceAuthorization(r, "/s3/", "/us-east-1/s3/") },
		"signature":  func(r *sigv4.Request) { replaceAuthorization(r, "Signature=3", "Signature=4") },
		"no DER":     func(r *sigv4.Request) { r.Header.Set("Authorization", r.Header.Get("Authorization")+"zz") },
		"longer DER": func(r *sigv4.Request) { r.Header.Set("Authorization", r.Header.Get("Authorization")+"00") },
		"algorithm": func(r *sigv4.Request) {
			replaceAuthorization(r, "AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256")
			replaceAuthorization(r, "/s3/", "/us-east-1/s3/")
		},
	} {
		r := multiRegion("*")
		change(r)
		if refusal := judge(new(sigv4.Verifier), r, sigv4.Rules{Service: "s3", S3: true}, testSecret,
			signingTime); refusal == nil {
			t.Errorf("%s changed, and accepted", name)
		}
	}
	rules := sigv4.Rules{Service: "s3", Asymmetric: false}
	if _, refusal := sigv4.Parse(multiRegion("*"), rules, signingTime); refusal == nil ||
		refusal.Reason != verdict.UnsupportedScheme {
		t.Errorf("a service without SigV4a: %v", refusal)
	}
}

func replaceAuthorization(r *sigv4.Request, from, to string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
}

// TestAsymmetricChunks: chunk signatures of SigV4a are filled up with asterisks
// to a fixed length, which the next chunk does not sign.
func TestAsymmetricChunks(t *testing.T) {
	const keyword = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"
	const prefix = "AWS4-ECDSA-P256-SHA256"
	const scope = "\n" + now + "\n20250130/s3/aws4_request\n"
	r := &sigv4.Request{Method: "PUT", Host: "h", Path: "/key", Header: http.Header{
		"X-Amz-Date": {now}, "X-Amz-Region-Set": {"*"}, "X-Amz-Content-Sha256": {keyword},
	}}
	client, previous := signMultiRegion(r, keyword)
	pad := func(s string) string { return s + strings.Repeat("*", 144-len(s)) }
	var body strings.Builder
	for _, data := range []string{"hello", ""} {
		previous = client.sign(prefix + "-PAYLOAD" + scope + previous + "\n" + emptyHash + "\n" + hashOf([]byte(data)))
		body.WriteString(map[bool]string{true: "0", false: "5"}[data == ""] + ";chunk-signature=" + pad(previous) +
			"\r\n" + data)
		if data != "" {
			body.WriteString("\r\n")
		}
	}
	const trailer = "x-amz-checksum-sha256:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
	signature := client.sign(prefix + "-TRAILER" + scope + previous + "\n" + hashOf([]byte(trailer+"\n")))
	body.WriteString(trailer + "\r\nx-amz-trailer-signature:" + pad(signature) + "\r\n\r\n")
	r.Body = []byte(body.String())

	rules := sigv4.Rules{Service: "s3", S3: true}
	a, refusal := sigv4.Parse(r, rules, signingTime)
	if refusal != nil {
		t.Fatal(refusal)
	}
	var v sigv4.Verifier
	if refusal := v.Verify(r, a, rules, testSecret); refusal != nil {
		t.Fatal(refusal)
	}
	r.Body = []byte(strings.Replace(body.String(), "hello", "hellp", 1))
	if refusal := v.Verify(r, a, rules, testSecret); refusal == nil ||
		refusal.Reason != verdict.ChunkSignatureMismatch || chunkOf(refusal) != 0 {
		t.Errorf("changed chunk: %v", refusal)
	}
	r.Body = []byte(strings.Replace(body.String(), "LPJN", "LPJO", 1))
	if refusal := v.Verify(r, a, rules, testSecret); chunkOf(refusal) != 2 {
		t.Errorf("changed trailer: %v", refusal)
	}
}

func TestExplainAsymmetric(t *testing.T) {
	r := multiRegion("*")
	r.Path = "/prefix/key"
	rules := sigv4.Rules{Service: "s3", S3: true}
	a, _ := sigv4.Parse(r, rules, signingTime)
	if e := mistakes.Explain(r, a, rules, testSecret); !e.Found || !strings.Contains(e.Mistake,
		`without "/prefix" at its front`) {
		t.Errorf("%+v", e)
	}
	r = multiRegion("*")
	a, _ = sigv4.Parse(r, rules, signingTime)
	if e := mistakes.Explain(r, a, rules, "wrong", mistakes.Known{Label: "AKIAOTHER", Secret: testSecret}); !e.Found ||
		!strings.Contains(e.Mistake, "secret of AKIAOTHER") {
		t.Errorf("%+v", e)
	}
	start := time.Now()
	if e := mistakes.Explain(r, a, rules, "wrong"); e.Found {
		t.Errorf("%+v", e)
	} else {
		t.Logf("%d attempts in %v", e.Attempts, time.Since(start))
	}
}

// chunkOf is the number of the chunk whose signature a refusal is about, -1 for another
// refusal.
func chunkOf(r *verdict.Refusal) int {
	cause, ok := verdict.CauseOf[verdict.OtherChunkSignature](r)
	if !ok {
		return -1
	}
	return cause.Chunk
}
