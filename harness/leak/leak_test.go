package leak_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/leak"
)

// random is a text of an alphabet, the same in each run.
func random(seed uint64, n int, alphabet string) string {
	g := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(b)
}

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// TestPiecesAreFound: whatever is cut out of a secret of AWS's length (40
// characters), 27 characters in a row are enough, and the last 16, wherever a line
// has them. Of longer texts the beginning is public ("begins with IQoJ…"), and the
// end is looked for as well.
func TestPiecesAreFound(t *testing.T) {
	for n := 16; n <= 300; n++ {
		secret := random(uint64(n), n, base64)
		s := leak.New([]string{secret})
		for _, text := range []string{secret, "the end is " + secret[n-16:], secret[n-16:] + " is the end"} {
			if length, ok := s.Text(text); !ok || length != n {
				t.Errorf("of %d characters, %q is not found: %d, %v", n, text, length, ok)
			}
		}
		if n > 64 {
			continue
		}
		for at := 0; at+27 <= n; at++ {
			if _, ok := s.Text("x" + secret[at:at+27] + "x"); !ok {
				t.Errorf("of %d characters, the 27 from %d on are not found", n, at)
			}
		}
	}
	token := random(1, 996, base64)
	s := leak.New([]string{token})
	for at := 64; at+79 <= len(token); at++ {
		if _, ok := s.Text(token[at : at+79]); !ok {
			t.Errorf("of a token, the 79 from %d on are not found", at)
		}
	}
	if _, ok := s.Text(token[:64]); ok {
		t.Error("the beginning of a token is taken for a secret: tokens of one issuer begin alike")
	}
}

// TestEveryAlphabet: a secret of few different characters is one all the same:
// openssl rand -hex 20, the secret of a TOTP device.
func TestEveryAlphabet(t *testing.T) {
	for seed := range uint64(200) {
		for name, secret := range map[string]string{
			"hex":    random(seed, 40, "0123456789abcdef"),
			"base32": random(seed, 40, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
		} {
			if leak.New([]string{secret}).Len() == 0 {
				t.Errorf("nothing of %s %q is looked for", name, secret)
			}
			if _, ok := leak.New([]string{secret}).Text("it is " + secret); !ok {
				t.Errorf("%s %q is not found", name, secret)
			}
		}
	}
	// The SHA-1 of "abc" (RFC 3174, 7.3) stands for any key in hex.
	const sum = "a9993e364706816aba3e25717850c26c9cd0d89d"
	for at := 0; at+27 <= len(sum); at++ {
		if _, ok := leak.New([]string{sum}).Text(sum[at : at+27]); !ok {
			t.Errorf("of %s, the 27 from %d on are not found", sum, at)
		}
	}
}

func TestWhatIsNoSecret(t *testing.T) {
	for name, secret := range map[string]string{
		"short":                         random(1, 15, base64),
		"regular":                       strings.Repeat("ab", 20),
		"of AWS's documentation":        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		"of a test, with its key id":    "AKIARZPUZDIKAAAAUSER-" + random(1, 20, base64),
		"of a test, with a session key": "ASIARZPUZDIKAAASESSN-" + random(1, 20, base64),
	} {
		if s := leak.New([]string{secret}); s.Len() != 0 {
			t.Errorf("%s: %d pieces are looked for", name, s.Len())
		}
	}
}

// TestScanNamesTheLine: also the last one, without a newline behind it.
func TestScanNamesTheLine(t *testing.T) {
	secret := random(3, 16, base64)
	found, err := leak.New([]string{secret}).Scan(strings.NewReader("nothing\n" + secret + "\r\nnothing\n" + secret))
	if err != nil || len(found) != 2 || found[0].Line != 2 || found[1].Line != 4 || found[1].Length != 16 {
		t.Errorf("found %v, %v", found, err)
	}
	if strings.Contains(fmt.Sprint(found), secret) {
		t.Errorf("shows what it found: %v", found)
	}
}

// TestRegister: of a key in PEM (RFC 7468), whose first and last line are public,
// the lines between are registered.
func TestRegister(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets")
	t.Setenv(leak.Variable, path)
	one, two, third := random(5, 64, base64), random(6, 64, base64), random(7, 20, base64)
	pem := "-----BEGIN EC PRIVATE KEY-----\n" + one + "\r\n" + two + "\nMg==\n-----END EC PRIVATE KEY-----\n"
	for range 2 { // what is known is not added again
		if err := leak.Register([]string{pem, third, "short"}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := leak.Load(path)
	if err != nil || !slices.Equal(got, []string{one, two, third}) {
		t.Fatalf("registered %q, %v", got, err)
	}
	if _, ok := leak.New(got).Text("log: " + two[30:]); !ok {
		t.Error("half a line of the key is not found")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}
