package deploy

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestVisits: what is kept of the answers of a served subject, at most 64 KiB each.
func TestVisits(t *testing.T) {
	const most = 64 << 10
	broken := io.MultiReader(strings.NewReader("half"), failing{errors.New("gone")})
	for _, row := range []struct {
		name    string
		body    io.Reader
		status  int
		err     error
		kept    int
		problem string
	}{
		{"an answer", strings.NewReader("hello"), 201, nil, 5, ""},
		{"a long one", strings.NewReader(strings.Repeat("x", most)), 200, nil, most, ""},
		{"one that is longer", strings.NewReader(strings.Repeat("x", most+1)), 200, nil, most, ""},
		{"one that breaks off", broken, 200, nil, 4, "its body broke off: gone"},
		{"one of which the visitor wants no more", io.MultiReader(strings.NewReader("half"), failing{context.Canceled}),
			200, nil, 4, ""},
		{"none", nil, 0, errors.New("refused"), 0, "refused"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var v visits
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://example.com/path?q=1", nil)
			if err != nil {
				t.Fatal(err)
			}
			x := v.begin(r)
			var answer *http.Response
			if row.err == nil {
				answer = &http.Response{StatusCode: row.status, Body: io.NopCloser(row.body)}
			}
			got, err := x.answered(answer, row.err)
			if !errors.Is(err, row.err) || got != answer {
				t.Fatalf("%v, %v", got, err)
			}
			if got != nil {
				_, _ = io.Copy(io.Discard, got.Body)
				if err := got.Body.Close(); err != nil {
					t.Error(err)
				}
			}
			all := v.all()
			if len(all) != 1 || all[0].Method != http.MethodGet || all[0].Path != "/path?q=1" || all[0].Time.IsZero() ||
				all[0].Duration <= 0 || all[0].Status != row.status || len(all[0].Body) != row.kept ||
				all[0].Problem != row.problem {
				t.Errorf("%d visits, the first %s: %d bytes", len(all), &all[0], len(all[0].Body))
			}
		})
	}
}

type failing struct{ with error }

func (f failing) Read([]byte) (int, error) { return 0, f.with }

// TestVisitsAreAwaited: an answer that has begun may end before the server is stopped, and one
// that does not end keeps nobody waiting for long.
func TestVisitsAreAwaited(t *testing.T) {
	var v visits
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	rest, write := io.Pipe()
	answer, err := v.begin(r).answered(&http.Response{StatusCode: http.StatusOK, Body: rest}, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	if v.await(); time.Since(before) < patience {
		t.Errorf("an answer without an end was awaited for %s", time.Since(before))
	}
	go func() {
		time.Sleep(patience / 10)
		_, _ = io.WriteString(write, "the rest")
		_ = write.Close()
	}()
	go func() { _, _ = io.Copy(io.Discard, answer.Body) }()
	before = time.Now()
	if v.await(); time.Since(before) >= patience || string(v.all()[0].Body) != "the rest" {
		t.Errorf("after %s the answer is %q", time.Since(before), v.all()[0].Body)
	}
}
