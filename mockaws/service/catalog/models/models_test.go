package models

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	list := Services()
	operations := 0
	for _, s := range list {
		operations += len(s.Operations)
		if s.ID == "" || s.EndpointPrefix == "" || s.SigningName == "" || len(s.Protocols) == 0 {
			t.Errorf("incomplete: %+v", s)
		}
	}
	if len(list) < 400 || operations < 15_000 {
		t.Errorf("%d services with %d operations: AWS has more", len(list), operations)
	}
	i := slices.IndexFunc(list, func(s Service) bool { return s.ID == "Route 53" })
	if i < 0 || list[i].EndpointPrefix != "route53" || list[i].Version != "2013-04-01" ||
		list[i].Protocols[0] != "rest-xml" {
		t.Fatalf("Route 53 at %d", i)
	}
	j := slices.IndexFunc(list[i].Operations, func(o Operation) bool { return o.Name == "GetHostedZone" })
	if j < 0 || list[i].Operations[j].Path != "/2013-04-01/hostedzone/{Id}" ||
		list[i].Operations[j].Output != "GetHostedZoneResponse" {
		t.Errorf("GetHostedZone at %d", j)
	}
}

// TestVersion: the table says of which release it was made, and one that does not is
// broken.
func TestVersion(t *testing.T) {
	r := Version()
	built, err := time.Parse(time.DateOnly, r.Built)
	if err != nil || built.Year() < 2026 || !strings.HasPrefix(r.Version, "1.") {
		t.Errorf("%s: %v", r, err)
	}
	if want := "botocore " + r.Version + " of " + r.Built; r.String() != want {
		t.Errorf("%q, want %q", r, want)
	}
	for _, text := range []string{"", "# botocore\n", "# Made of botocore 1.2\n", "S\tX"} {
		if r, err := release(zipped(text)); err == nil {
			t.Errorf("%q is of %s", text, r)
		}
	}
}

func zipped(text string) *bytes.Buffer {
	b := &bytes.Buffer{}
	w := gzip.NewWriter(b)
	_, _ = w.Write([]byte(text))
	w.Close()
	return b
}

func TestBrokenTable(t *testing.T) {
	for _, text := range []string{"S\tX\n", "O\tX\n", "what\n"} {
		if _, err := read(zipped(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := read(bytes.NewReader([]byte(table))); err != nil {
			b.Fatal(err)
		}
	}
}
