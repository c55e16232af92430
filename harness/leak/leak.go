package leak

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
)

// Variable names the environment variable with a file to which everything that
// makes secrets adds them, one a line, so that a check can look for them
// afterwards in what was written meanwhile.
const Variable = "HOSTPROOF_SECRETS"

// size is the length of the pieces that are looked for, in bytes.
const size = 16

type piece [size]byte

// Scanner looks for secrets.
type Scanner struct{ pieces map[piece]int } // -> length of the secret

// New is a Scanner for secrets. What is shorter than 16 characters, or so
// regular that it was made up for a test and may stand anywhere, is not looked
// for.
func New(secrets []string) *Scanner {
	s := &Scanner{pieces: map[piece]int{}}
	for _, secret := range secrets {
		s.add(secret)
	}
	return s
}

func (s *Scanner) add(secret string) {
	if madeUp(secret) {
		return
	}
	for _, at := range offsets(len(secret)) {
		if p := piece([]byte(secret[at : at+size])); varied(p) {
			s.pieces[p] = len(secret)
		}
	}
}

// offsets are where pieces of a secret begin. Reports show the first eight
// characters of long ones, and tokens of one issuer begin alike.
func offsets(n int) (out []int) {
	start, step := 0, size-4
	switch {
	case n < size:
		return nil
	case n > 128:
		start, step = 64, 64
	case n > 64:
		start = 32
	}
	for at := start; at+size <= n; at += step {
		out = append(out, at)
	}
	if last := n - size; len(out) == 0 || out[len(out)-1] < last {
		out = append(out, last)
	}
	return out
}

// madeUp reports whether a secret is one of a test's or of AWS's documentation.
func madeUp(secret string) bool {
	for _, word := range []string{"AKIA", "ASIA", "EXAMPLE"} {
		if strings.Contains(secret, word) {
			return true
		}
	}
	return false
}

// varied reports whether a piece has enough different bytes to be no accident.
func varied(p piece) bool {
	sorted := p[:]
	sorted = slices.Clone(sorted)
	slices.Sort(sorted)
	return len(slices.Compact(sorted)) >= 8
}

// Len is the number of pieces that are looked for.
func (s *Scanner) Len() int { return len(s.pieces) }

// Found is a place with a secret.
type Found struct {
	Line   int // from 1
	Length int // of the secret
}

// String is the place without the secret.
func (f Found) String() string {
	return fmt.Sprintf("line %d: a secret of %d characters", f.Line, f.Length)
}

// Scan looks through a text.
func (s *Scanner) Scan(r io.Reader) (found []Found, err error) {
	in := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		if length, ok := s.in(line); ok {
			found = append(found, Found{n, length})
		}
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return found, err
		}
	}
}

// Text looks through a text in memory and returns the length of the first
// secret in it.
func (s *Scanner) Text(text string) (length int, ok bool) { return s.in(text) }

func (s *Scanner) in(text string) (length int, ok bool) {
	if len(s.pieces) == 0 {
		return 0, false
	}
	for i := 0; i+size <= len(text); i++ {
		if n, ok := s.pieces[piece([]byte(text[i:i+size]))]; ok {
			return n, true
		}
	}
	return 0, false
}

var file struct {
	sync.Mutex
	known map[string]bool
}

// Register adds secrets to the file that Variable names; it does nothing where
// there is none. A secret of several lines is looked for line by line, but for
// lines with spaces, such as the first of a key in PEM, which are public.
func Register(secrets []string) error {
	path := os.Getenv(Variable)
	if path == "" {
		return nil
	}
	file.Lock()
	defer file.Unlock()
	if file.known == nil {
		file.known = map[string]bool{}
	}
	var text strings.Builder
	for _, s := range secrets {
		for line := range strings.Lines(s) { // a key in PEM has several
			line = strings.TrimRight(line, "\r\n")
			if len(line) < size || strings.ContainsAny(line, " \t") || file.known[path+"\n"+line] {
				continue
			}
			file.known[path+"\n"+line] = true
			text.WriteString(line + "\n")
		}
	}
	if text.Len() == 0 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("%s: %w", Variable, err)
	}
	_, err = f.WriteString(text.String()) // one write: others append, too
	if err2 := f.Close(); err == nil {
		err = err2
	}
	return err
}

// Load reads what was registered.
func Load(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	secrets := strings.Fields(string(data))
	if len(secrets) == 0 {
		return nil, fmt.Errorf("%s: no secret was registered, so nothing can be looked for", path)
	}
	return secrets, nil
}
